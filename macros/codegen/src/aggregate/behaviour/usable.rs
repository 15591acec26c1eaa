//! Which commands and events there can be names for. With no mistakes, that is all of them.

use std::collections::BTreeSet;

use super::command::Command;
use super::model::{AppliedEvent, Apply, Behaviour};
use crate::syntax::prelude;

/// The commands whose structs can be written.
pub(crate) fn commands(behaviour: &Behaviour) -> Vec<&Command> {
    let mut taken: BTreeSet<String> = applies(behaviour)
        .iter()
        .map(|(_, event)| event.variant.to_string())
        .collect();
    if let Some(this) = &behaviour.this {
        taken.insert(this.ident.to_string());
        taken.insert(crate::names::event_enum(&this.ident).to_string());
    }
    behaviour
        .commands
        .iter()
        .filter(|command| {
            let name = command.name.as_ref().map(ToString::to_string);
            name.is_some_and(|name| !prelude::has(&name) && taken.insert(name))
        })
        .collect()
}

/// The `#[apply]` methods whose events can be variants.
pub(crate) fn applies(behaviour: &Behaviour) -> Vec<(&Apply, &AppliedEvent)> {
    let mut variants = BTreeSet::new();
    behaviour
        .applies
        .iter()
        .filter_map(|apply| apply.event.as_ref().map(|event| (apply, event)))
        .filter(|(_, event)| variants.insert(event.variant.to_string()))
        .collect()
}
