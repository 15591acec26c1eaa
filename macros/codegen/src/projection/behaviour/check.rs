//! What can be wrong with the impl block of a projection.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{PatType, ReceiverKind, Type};

use super::model::{Behaviour, Handler, is_unnamed};
use crate::diagnostics::Diagnostics;
use crate::syntax::{tokens, types};
use crate::{krate, messages, method};

pub(crate) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    krate::check(behaviour.krate_path.as_ref(), diagnostics);
    check_it_is_the_impl_of_a_plain_struct(behaviour, diagnostics);
    for handler in &behaviour.handlers {
        check_it_is_a_method_that_folds(handler, diagnostics);
        check_it_takes_an_event(handler, diagnostics);
        check_its_keys_are_said_once(handler, diagnostics);
        check_its_keys_know_the_event(handler, diagnostics);
    }
    check_each_event_is_taken_once(behaviour, diagnostics);
}

fn check_it_is_the_impl_of_a_plain_struct(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let item = &behaviour.item;
    if let Some((path, _)) = &item.trait_ {
        diagnostics.push(messages::projection_trait_impl(path, &item.self_ty));
    } else if !item.generics.params.is_empty() {
        diagnostics.push(messages::generic_projection_impl(&item.generics));
    }
    if behaviour.this.is_none() {
        diagnostics.push(messages::unsupported_projection_type(&item.self_ty));
    }
}

fn check_it_is_a_method_that_folds(handler: &Handler, diagnostics: &mut Diagnostics) {
    let sig = &handler.sig;
    if let Some(asyncness) = &sig.asyncness {
        diagnostics.push(messages::async_on(asyncness, &sig.ident));
    }
    method::check_it_can_be_called(sig, diagnostics);
    match sig.receiver() {
        None => diagnostics.push(messages::on_without_self(&sig.ident)),
        Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))) => {
            diagnostics.push(messages::on_receiver(receiver, &sig.ident));
        }
        Some(_) => {}
    }
}

fn check_it_takes_an_event(handler: &Handler, diagnostics: &mut Diagnostics) {
    let parameters: Vec<_> = handler.parameters().collect();
    let Some((first, others)) = parameters.split_first() else {
        return diagnostics.push(messages::on_without_event(&handler.sig.ident));
    };
    if types::is_named(types::referred(&first.ty), "Recorded") {
        return diagnostics.push(messages::recorded_first(first, handler.event.as_ref()));
    }
    check_it_is_an_event_by_reference(first, handler, diagnostics);
    if let Some(second) = others.first()
        && !is_recorded(&second.ty)
    {
        diagnostics.push(messages::second_parameter_of_on(second));
    }
    if let Some(third) = others.get(1) {
        diagnostics.push(messages::third_parameter_of_on(third));
    }
}

fn check_it_is_an_event_by_reference(
    parameter: &PatType,
    handler: &Handler,
    diagnostics: &mut Diagnostics,
) {
    let ty = types::ungrouped(&parameter.ty);
    match &handler.event {
        None => diagnostics.push(messages::on_of_no_event(ty)),
        Some(event) if !is_shared_reference(ty) => {
            diagnostics.push(messages::on_by_value(ty, &parameter.pat, event));
        }
        Some(_) => {}
    }
}

fn is_shared_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_none())
}

/// `&Recorded`, by whatever path.
fn is_recorded(ty: &Type) -> bool {
    match types::ungrouped(ty) {
        Type::Reference(reference) if reference.mutability.is_none() => {
            types::plain_path(&reference.elem).is_some()
                && types::is_named(&reference.elem, "Recorded")
        }
        _ => false,
    }
}

fn check_its_keys_are_said_once(handler: &Handler, diagnostics: &mut Diagnostics) {
    if let (Some(_), Some((keys, _))) = (&handler.keys.key, &handler.keys.keys) {
        diagnostics.push(messages::key_and_keys(keys));
    }
}

/// As an attribute macro is called `event` too, the compiler would speak of that.
fn check_its_keys_know_the_event(handler: &Handler, diagnostics: &mut Diagnostics) {
    let (Some(parameter), Some(event)) = (handler.parameters().next(), &handler.event) else {
        return;
    };
    let names_it = |code: &dyn ToTokens| tokens::names_alone(code.to_token_stream(), "event");
    for (key, expression) in [&handler.keys.key, &handler.keys.keys]
        .into_iter()
        .flatten()
    {
        let pattern = &parameter.pat;
        if names_it(expression) && !names_it(pattern) && !is_unnamed(pattern) {
            diagnostics.push(messages::key_of_an_event_without_a_name(
                key, pattern, event,
            ));
        }
    }
}

/// Methods with a `cfg` may be there one without the other.
fn check_each_event_is_taken_once(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for handler in behaviour
        .handlers
        .iter()
        .filter(|each| each.cfgs.is_empty())
    {
        let (Some(event), method) = (&handler.event, &handler.sig.ident) else {
            continue;
        };
        if let Some(first) = seen.insert(types::written(event), method) {
            diagnostics.push(messages::taken_twice(event, first, method));
        }
    }
}
