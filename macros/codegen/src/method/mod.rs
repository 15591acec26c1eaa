//! What any method that generated code calls has, and what can be wrong with it.

mod taking;

use syn::{FnArg, PatType, Safety, Signature};

pub(crate) use taking::{check_the_event_has_a_name_in, is_shared_reference, is_unnamed};

use crate::diagnostics::Diagnostics;
use crate::messages;

/// All but `self`.
pub(crate) fn parameters(sig: &Signature) -> impl Iterator<Item = &PatType> {
    sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    })
}

/// Commands and `#[apply]` methods are pure and called by generated code.
pub(crate) fn check_it_is_a_plain_function(sig: &Signature, diagnostics: &mut Diagnostics) {
    if let Some(asyncness) = &sig.asyncness {
        diagnostics.push(messages::async_method(asyncness, &sig.ident));
    }
    check_it_can_be_called(sig, diagnostics);
}

/// From generated code, which knows no parameters but those that are written.
pub(crate) fn check_it_can_be_called(sig: &Signature, diagnostics: &mut Diagnostics) {
    if let Safety::Unsafe(keyword) = &sig.safety {
        diagnostics.push(messages::unsafe_method(keyword, &sig.ident));
    }
    if let Some(abi) = &sig.abi {
        diagnostics.push(messages::foreign_method(abi, &sig.ident));
    }
    if let Some(variadic) = &sig.variadic {
        diagnostics.push(messages::variadic_method(variadic));
    }
    if !sig.generics.params.is_empty() {
        diagnostics.push(messages::generic_method(&sig.generics, &sig.ident));
    } else if let Some(clause) = &sig.generics.where_clause {
        diagnostics.push(messages::method_where_clause(clause));
    }
}
