//! What can be wrong with a value.

use super::lock;
use super::model::Value;
use crate::diagnostics::Diagnostics;
use crate::lock::settings;
use crate::{krate, messages};

pub(crate) fn check(value: &Value, diagnostics: &mut Diagnostics) {
    let generics = &value.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_value(generics, &value.item.ident));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::event_where_clause(clause));
    }
    let name = value.name.value();
    if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
        diagnostics.push(messages::invalid_event_name(&value.name));
    }
    settings::check(&value.item, diagnostics);
    krate::check(value.krate_path.as_ref(), diagnostics);
    if diagnostics.is_empty() {
        lock::check(value, diagnostics);
    }
}
