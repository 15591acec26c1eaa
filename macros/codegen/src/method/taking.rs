//! Methods that take an event.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, Pat, PatType, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::{tokens, types};

/// Whether a parameter is one that the method does not use: `_`, `_event`.
pub(crate) fn is_unnamed(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(pattern) => pattern.ident.to_string().starts_with('_'),
        _ => false,
    }
}

pub(crate) fn is_shared_reference(ty: &Type) -> bool {
    matches!(types::ungrouped(ty), Type::Reference(reference) if reference.mutability.is_none())
}

/// As an attribute macro is called `event` too, the compiler would speak of that.
pub(crate) fn check_the_event_has_a_name_in(
    (key, expression): (&Ident, &Expr),
    parameter: &PatType,
    event: &Path,
    diagnostics: &mut Diagnostics,
) {
    let names_it = |code: &dyn ToTokens| tokens::names_alone(code.to_token_stream(), "event");
    let pattern = &parameter.pat;
    if names_it(expression) && !names_it(pattern) && !is_unnamed(pattern) {
        diagnostics.push(messages::key_of_an_event_without_a_name(
            key, pattern, event,
        ));
    }
}
