//! What can be wrong with an `#[apply]`.

use syn::{FnArg, PatType, ReceiverKind, ReturnType, Signature, Type};

use crate::aggregate::behaviour::model::Apply;
use crate::diagnostics::Diagnostics;
use crate::syntax::{attributes, types};
use crate::{messages, method};

pub(super) fn check(apply: &Apply, diagnostics: &mut Diagnostics) {
    method::check_it_is_a_plain_function(&apply.sig, diagnostics);
    check_it_takes_self_to_change(&apply.sig, diagnostics);
    check_it_takes_one_event(apply, diagnostics);
    check_it_returns_nothing(&apply.sig, diagnostics);
    for cfg in attributes::of(&apply.attrs, &["cfg"]) {
        diagnostics.push(messages::cfg_on_apply(&cfg));
    }
}

fn check_it_takes_self_to_change(sig: &Signature, diagnostics: &mut Diagnostics) {
    match sig.receiver() {
        None => diagnostics.push(messages::apply_without_self(&sig.ident)),
        Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))) => {
            diagnostics.push(messages::apply_receiver(receiver, &sig.ident));
        }
        Some(_) => {}
    }
}

fn check_it_takes_one_event(apply: &Apply, diagnostics: &mut Diagnostics) {
    let typed: Vec<_> = apply
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
        .collect();
    match typed.as_slice() {
        [] => diagnostics.push(messages::apply_without_event(&apply.sig.ident)),
        [argument] => check_it_is_an_event_by_reference(argument, apply, diagnostics),
        [_, second, ..] => diagnostics.push(messages::apply_with_two_parameters(second)),
    }
}

fn check_it_is_an_event_by_reference(
    argument: &PatType,
    apply: &Apply,
    diagnostics: &mut Diagnostics,
) {
    let ty = types::ungrouped(&argument.ty);
    let Some(event) = &apply.event else {
        return diagnostics.push(messages::apply_of_no_event(ty));
    };
    if !matches!(ty, Type::Reference(reference) if reference.mutability.is_none()) {
        diagnostics.push(messages::event_by_value(ty, &argument.pat, &event.path));
    }
}

fn check_it_returns_nothing(sig: &Signature, diagnostics: &mut Diagnostics) {
    if let ReturnType::Type(_, ty) = &sig.output
        && !matches!(types::ungrouped(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
    {
        diagnostics.push(messages::apply_returns(ty));
    }
}
