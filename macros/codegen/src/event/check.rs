//! What can be wrong with an event.

use syn::{Data, Fields};

use super::lock;
use super::model::Event;
use super::versions;
use crate::diagnostics::Diagnostics;
use crate::lock::settings;
use crate::syntax::types;
use crate::{krate, messages};

pub(crate) fn check(event: &Event, diagnostics: &mut Diagnostics) {
    check_it_is_a_struct_with_named_fields(event, diagnostics);
    check_it_is_not_generic(event, diagnostics);
    check_its_fields_own_what_they_hold(event, diagnostics);
    check_its_name_can_be_stored(event, diagnostics);
    versions::check(event, diagnostics);
    settings::check(&event.item, diagnostics);
    krate::check(event.krate_path.as_ref(), diagnostics);
    // A history with mistakes would be compared in vain.
    if diagnostics.is_empty() {
        lock::check(event, diagnostics);
    }
}

fn check_it_is_a_struct_with_named_fields(event: &Event, diagnostics: &mut Diagnostics) {
    let ident = &event.item.ident;
    match &event.item.data {
        Data::Enum(data) => {
            let variants: Vec<_> = data
                .variants
                .iter()
                .map(|each| each.ident.to_string())
                .collect();
            diagnostics.push(messages::event_is_an_enum(data.enum_token, &variants));
        }
        Data::Union(data) => diagnostics.push(messages::event_is_a_union(data.union_token, ident)),
        Data::Struct(data) => {
            if let Fields::Unnamed(fields) = &data.fields {
                let types: Vec<_> = fields
                    .unnamed
                    .iter()
                    .map(|field| types::written(&field.ty))
                    .collect();
                diagnostics.push(messages::event_without_field_names(fields, ident, &types));
            }
        }
    }
}

/// What has a lifetime is reported with the generics.
fn check_its_fields_own_what_they_hold(event: &Event, diagnostics: &mut Diagnostics) {
    let Data::Struct(data) = &event.item.data else {
        return;
    };
    if !event.item.generics.params.is_empty() {
        return;
    }
    for field in &data.fields {
        if let (Some(name), true) = (&field.ident, types::borrows(&field.ty)) {
            diagnostics.push(messages::borrowed_field(&field.ty, name));
        }
    }
}

fn check_it_is_not_generic(event: &Event, diagnostics: &mut Diagnostics) {
    let generics = &event.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_event(generics, &event.item.ident));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::event_where_clause(clause));
    }
}

fn check_its_name_can_be_stored(event: &Event, diagnostics: &mut Diagnostics) {
    let mut taken = Vec::new();
    for literal in [&event.name].into_iter().chain(&event.was) {
        let name = literal.value();
        if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
            diagnostics.push(messages::invalid_event_name(literal));
        }
        if taken.contains(&name) {
            diagnostics.push(messages::repeated_event_name(literal));
        }
        taken.push(name);
    }
}
