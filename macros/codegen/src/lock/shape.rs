//! How what serde is told stands in the lock.

use std::collections::BTreeSet;

use syn::{Attribute, Type};

use super::types;
use crate::syntax::serde::{self, Setting};

/// Settings that change nothing that is stored, or that are in the keys already.
const OF_NO_MATTER: &[&str] = &[
    "bound",
    "borrow",
    "crate",
    "expecting",
    "rename",
    "rename_all",
    "rename_all_fields",
    "skip",
];

/// The settings of a whole struct or enum.
pub(crate) fn container(attributes: &[Attribute]) -> BTreeSet<String> {
    notes(attributes).collect()
}

/// The key that a field is stored under; `None` if it is not stored.
pub(crate) fn key(
    name: &str,
    attributes: &[Attribute],
    case: impl FnOnce(&str) -> String,
) -> Option<String> {
    let settings = serde::settings(attributes);
    let named = |wanted: &str| settings.iter().find(|setting| setting.name == wanted);
    if named("skip").is_some() {
        return None;
    }
    let renamed = named("rename").and_then(Setting::text);
    Some(renamed.unwrap_or_else(|| case(name)))
}

/// `u64`, or `u64 #[serde(with = "hex")]`.
pub(crate) fn field_text(ty: &Type, attributes: &[Attribute]) -> String {
    let mut text = types::text(ty);
    for note in notes(attributes) {
        text.push(' ');
        text.push_str(&note);
    }
    text
}

fn notes(attributes: &[Attribute]) -> impl Iterator<Item = String> {
    let settings = serde::settings(attributes).into_iter();
    let settings = settings.filter(|setting| !OF_NO_MATTER.contains(&&*setting.name));
    settings.map(|setting| setting.to_string())
}
