//! A value, beside the one that is locked.

use std::collections::BTreeMap;

use gesta_lock::{FieldChange, Lock, Shape};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, Fields, Variant};

use super::model::Value;
use crate::diagnostics::Diagnostics;
use crate::lock::{container, field_text, key};
use crate::messages;
use crate::syntax::case::Case;
use crate::syntax::serde;

/// The value as it is declared, and for each key what to point at.
struct Declared {
    shape: Shape,
    places: BTreeMap<String, TokenStream>,
}

/// The value as it stands in the lock, without `wire`.
pub(crate) fn declared(value: &Value) -> Lock {
    let mut lock = Lock::default();
    lock.values.insert(value.name.value(), declare(value).shape);
    lock
}

fn declare(value: &Value) -> Declared {
    let attributes = &value.item.attrs;
    let entries: Vec<Entry> = match &value.item.data {
        Data::Enum(data) => {
            let variants = data.variants.iter();
            variants
                .filter_map(|variant| variant_entry(variant, attributes))
                .collect()
        }
        Data::Struct(data) => fields(&data.fields, Case::of_fields(attributes)),
        Data::Union(_) => Vec::new(),
    };
    let mut declared = Declared {
        shape: Shape {
            attributes: container(attributes),
            ..Shape::default()
        },
        places: BTreeMap::new(),
    };
    if serde::settings(attributes)
        .iter()
        .any(|setting| setting.name == "untagged")
    {
        // Whatever comes first and fits is what is read.
        let order: Vec<_> = entries.iter().map(|(key, ..)| key.as_str()).collect();
        let order = format!("#[order({})]", order.join(", "));
        declared.shape.attributes.insert(order);
    }
    for (key, text, place) in entries {
        declared.shape.fields.insert(key.clone(), text);
        declared.places.insert(key, place);
    }
    declared
}

/// A key, what is stored under it, and what to point at.
type Entry = (String, String, TokenStream);

fn fields(fields: &Fields, case: Case) -> Vec<Entry> {
    let entry = |(index, field): (usize, &syn::Field)| {
        let (name, place) = match &field.ident {
            Some(ident) => (plain(ident), ident.to_token_stream()),
            None => (index.to_string(), field.ty.to_token_stream()),
        };
        let key = key(&name, &field.attrs, |name| case.field(name))?;
        Some((key, field_text(&field.ty, &field.attrs), place))
    };
    fields.iter().enumerate().filter_map(entry).collect()
}

fn variant_entry(variant: &Variant, attributes: &[Attribute]) -> Option<Entry> {
    let case = Case::of_fields(attributes);
    let key = key(&plain(&variant.ident), &variant.attrs, |name| {
        case.variant(name)
    })?;
    let case = match Case::of_fields(&variant.attrs) {
        Case::AsWritten => Case::of_variant_fields(attributes),
        own => own,
    };
    let mut text = contents(&variant.fields, case);
    for note in container(&variant.attrs) {
        text.push(' ');
        text.push_str(&note);
    }
    Some((key, text.trim().to_owned(), variant.ident.to_token_stream()))
}

/// `(String)`, `{ a: u64 }`, or nothing.
fn contents(of: &Fields, case: Case) -> String {
    let mut entries = fields(of, case);
    if let Fields::Named(_) = of {
        entries.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    }
    let entries = entries.into_iter();
    match of {
        Fields::Unit => String::new(),
        Fields::Unnamed(_) => {
            let types: Vec<_> = entries.map(|(_, text, _)| text).collect();
            format!("({})", types.join(", "))
        }
        Fields::Named(_) => {
            let fields: Vec<_> = entries
                .map(|(key, text, _)| format!("{key}: {text}"))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
    }
}

fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Reports where a locked value is no longer what it was.
pub(crate) fn check(value: &Value, diagnostics: &mut Diagnostics) {
    if let Some((locked, lock)) = &value.exempt
        && locked
            .lock()
            .is_some_and(|lock| lock.values.contains_key(&value.name.value()))
    {
        diagnostics.push(messages::unlocked_but_locked(lock, &value.name.value()));
    }
    let Some(locked) = &value.locked else { return };
    if let Some(error) = locked.error() {
        return diagnostics.push(messages::unreadable_lock(error));
    }
    let before = locked
        .lock()
        .and_then(|lock| lock.values.get(&value.name.value()));
    let Some(before) = before else { return };
    let declared = declare(value);
    let is_enum = matches!(value.item.data, Data::Enum(_));
    // In a tuple nothing may be missing: one field more is another kind of JSON.
    let has_names =
        matches!(&value.item.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    for change in declared.shape.compare(before) {
        let (key, wrong) = match &change {
            // What is stored has no such variant or field, and is read as before; the test asks for it to be locked.
            FieldChange::Added { .. } if is_enum => continue,
            FieldChange::Added { now, .. } if has_names && may_be_missing(now) => continue,
            FieldChange::Added { key, .. } => (key, format!("without `{key}`")),
            FieldChange::Removed { key, was } | FieldChange::Changed { key, was, .. } => {
                (key, format!("with {}", entry(key, was)))
            }
            FieldChange::AttributeAdded(text) => (text, format!("without `{text}`")),
            FieldChange::AttributeRemoved(text) => (text, format!("with `{text}`")),
        };
        let ident = &value.item.ident;
        let place = declared.places.get(key).cloned();
        let place = place.unwrap_or_else(|| ident.to_token_stream());
        diagnostics.push(messages::value_changed(place, ident, &wrong));
    }
}

/// Whether serde reads a field of this type from nothing.
fn may_be_missing(text: &str) -> bool {
    text.starts_with("Option<") && text.ends_with('>')
}

/// `cents: u64`, `Other(String)`, `Eur`.
fn entry(key: &str, text: &str) -> String {
    if text.is_empty() || text.starts_with(['(', '{']) {
        format!("`{key}{text}`")
    } else {
        format!("`{key}: {text}`")
    }
}
