//! Attributes, found by the last segment of their paths.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

/// The last segment of a path: `command` of `gesta::command`.
pub(crate) fn last_segment(path: &Path) -> Option<&Ident> {
    path.segments.last().map(|segment| &segment.ident)
}

/// Whether an attribute is of this name, whatever path leads to it.
pub(crate) fn is(attribute: &Attribute, name: &str) -> bool {
    last_segment(attribute.path()).is_some_and(|ident| ident == name)
}

/// Whether an attribute marks a method for an `#[aggregate]`.
pub(crate) fn is_of_aggregates(attribute: &Attribute) -> bool {
    ["command", "apply", "upcast"]
        .iter()
        .any(|name| is(attribute, name))
}

/// Whether an attribute marks a method for a `#[saga]`.
pub(crate) fn is_of_sagas(attribute: &Attribute) -> bool {
    ["start", "step", "undo", "completed", "failed", "on"]
        .iter()
        .any(|name| is(attribute, name))
}

/// Whether an attribute marks a method for an `#[aggregate]`, a `#[projection]` or a `#[saga]`.
pub(crate) fn marks_a_method(attribute: &Attribute) -> bool {
    is_of_aggregates(attribute) || is_of_sagas(attribute)
}

/// Takes the docs out, which stand above whatever is derived.
pub(crate) fn take_docs(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let is_doc = |attribute: &mut Attribute| is(attribute, "doc");
    attributes.extract_if(.., is_doc).collect()
}

/// Those of a name, copied.
pub(crate) fn of(attributes: &[Attribute], names: &[&str]) -> Vec<Attribute> {
    let wanted = |attribute: &&Attribute| names.iter().any(|name| is(attribute, name));
    attributes.iter().filter(wanted).cloned().collect()
}

/// The traits that the item derives.
pub(crate) fn derives(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| is(attribute, "derive"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| last_segment(&path).map(Ident::to_string))
        .collect()
}

/// Whether the item says itself where serde is: `#[serde(crate = "..")]`.
pub(crate) fn names_serde(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        is(attribute, "serde")
            && list
                .tokens
                .clone()
                .into_iter()
                .any(|token| token.to_string() == "crate")
    })
}
