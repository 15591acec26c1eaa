//! Two things of one name.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::aggregate::behaviour::command::Command;
use crate::aggregate::behaviour::model::{Apply, Behaviour};
use crate::aggregate::behaviour::usable;
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::types;

pub(super) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    check_each_event_is_applied_once(&behaviour.applies, diagnostics);
    check_no_event_is_upcast_too(behaviour, diagnostics);
    check_each_command_has_its_own_name(&behaviour.commands, diagnostics);
    for command in &behaviour.commands {
        check_no_other_type_has_its_name(command, behaviour, diagnostics);
    }
}

fn check_each_event_is_applied_once(applies: &[Apply], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, (&Apply, String)> = BTreeMap::new();
    for apply in applies {
        let Some(event) = &apply.event else { continue };
        let path = types::written(&event.path);
        match seen.get(&event.variant.to_string()) {
            Some((first, same)) if *same == path => {
                diagnostics.push(messages::applied_twice(
                    &event.path,
                    &first.sig.ident,
                    &apply.sig.ident,
                ));
            }
            Some((_, other)) => diagnostics.push(messages::events_of_one_name(
                &event.path,
                other,
                &event.variant,
            )),
            None => {
                seen.insert(event.variant.to_string(), (apply, path));
            }
        }
    }
}

fn check_no_event_is_upcast_too(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let applied = behaviour.applies.iter().filter_map(|apply| {
        let event = apply.event.as_ref()?;
        Some((types::written(&event.path), &apply.sig.ident))
    });
    let applied: BTreeMap<_, _> = applied.collect();
    let mut seen: BTreeMap<String, &Ident> = BTreeMap::new();
    for upcast in &behaviour.upcasts {
        let (Some(event), method) = (&upcast.event, &upcast.sig.ident) else {
            continue;
        };
        let path = types::written(event);
        if let Some(apply) = applied.get(&path) {
            diagnostics.push(messages::upcast_of_an_applied_event(event, method, apply));
        } else if let Some(first) = seen.insert(path, method) {
            diagnostics.push(messages::upcast_twice(event, first, method));
        }
    }
}

fn check_each_command_has_its_own_name(commands: &[Command], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &Ident> = BTreeMap::new();
    for command in commands {
        let Some(name) = &command.name else { continue };
        if let Some(first) = seen.insert(name.to_string(), &command.sig.ident) {
            diagnostics.push(messages::commands_of_one_name(
                command.named_at(),
                name,
                first,
            ));
        }
    }
}

fn check_no_other_type_has_its_name(
    command: &Command,
    behaviour: &Behaviour,
    diagnostics: &mut Diagnostics,
) {
    if let Some(name) = &command.name
        && let Some(what) = usable::namesake(name, behaviour)
    {
        diagnostics.push(messages::command_named_like(command.named_at(), name, what));
    }
}
