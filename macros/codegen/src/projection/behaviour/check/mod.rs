//! What can be wrong with the impl block of a projection.

mod documents;
mod tables;

use std::collections::BTreeMap;

use syn::{PatType, Type};

use super::model::{Behaviour, Handler, Takes};
use crate::diagnostics::Diagnostics;
use crate::syntax::types;
use crate::{krate, messages, method};

pub(crate) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    krate::check(behaviour.krate_path.as_ref(), diagnostics);
    check_it_is_the_impl_of_a_plain_struct(behaviour, diagnostics);
    match &behaviour.tables {
        Some(shown_by) => tables::check(behaviour, shown_by, diagnostics),
        None => documents::check(behaviour, diagnostics),
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

/// By reference, before all else.
fn check_it_takes_an_event(
    handler: &Handler,
    parameters: &[&PatType],
    diagnostics: &mut Diagnostics,
) {
    let method = &handler.sig.ident;
    match (parameters.first(), &handler.event) {
        (None, _) => diagnostics.push(messages::on_without_event(method, handler.writes())),
        (Some(first), event) if Takes::by(first) == Takes::Recorded => {
            diagnostics.push(messages::recorded_first(first, event.as_ref()));
        }
        (Some(first), Some(event)) if Takes::by(first) == Takes::Key => {
            diagnostics.push(messages::key_first(first, event));
        }
        (Some(first), _) => check_it_is_an_event_by_reference(first, handler, diagnostics),
    }
}

/// Each once, in whatever order. Where one of them comes before the event, that is reported alone.
fn check_what_it_takes_beside(
    parameters: &[&PatType],
    known: &[Takes],
    unknown: fn(&PatType) -> syn::Error,
    diagnostics: &mut Diagnostics,
) {
    let Some((first, beside)) = parameters.split_first() else {
        return;
    };
    if Takes::by(first) != Takes::Another {
        return;
    }
    let mut taken = Vec::new();
    for parameter in beside {
        let takes = Takes::by(parameter);
        if !known.contains(&takes) || !is_borrowed_as_such(&parameter.ty) {
            diagnostics.push(unknown(parameter));
        } else if taken.contains(&takes) {
            diagnostics.push(messages::parameter_of_on_again(parameter));
        } else {
            taken.push(takes);
        }
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
        Some(event) if !method::is_shared_reference(ty) => {
            diagnostics.push(messages::on_by_value(ty, &parameter.pat, event));
        }
        Some(_) => {}
    }
}

/// `&Recorded` and `&str`, without parameters, and for no longer than the call.
fn is_borrowed_as_such(ty: &Type) -> bool {
    match types::ungrouped(ty) {
        Type::Reference(reference) if reference.mutability.is_none() => {
            let lifetime = reference.lifetime.as_ref();
            lifetime.is_none_or(|lifetime| lifetime.ident == "_")
                && types::plain_path(&reference.elem).is_some()
        }
        _ => false,
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
