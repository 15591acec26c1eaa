//! Two things of one name.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{FnArg, ReturnType};

use crate::aggregate::behaviour::command::Command;
use crate::aggregate::behaviour::model::{Apply, Behaviour, This};
use crate::diagnostics::Diagnostics;
use crate::syntax::{tokens, types};
use crate::{messages, names};

pub(super) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    check_each_event_is_applied_once(&behaviour.applies, diagnostics);
    check_each_command_has_its_own_name(&behaviour.commands, diagnostics);
    if let Some(this) = &behaviour.this {
        for command in &behaviour.commands {
            check_no_other_type_has_its_name(command, this, behaviour, diagnostics);
        }
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
    this: &This,
    behaviour: &Behaviour,
    diagnostics: &mut Diagnostics,
) {
    let Some(name) = &command.name else { return };
    let what = if *name == this.ident {
        "the aggregate itself"
    } else if *name == names::event_enum(&this.ident) {
        "the enum of the aggregate's events"
    } else if behaviour
        .applies
        .iter()
        .any(|apply| is_applied(apply, name))
    {
        "an event"
    } else if behaviour
        .commands
        .iter()
        .any(|other| is_in_signature(other, name))
    {
        "a type that a command takes or returns"
    } else {
        return;
    };
    diagnostics.push(messages::command_named_like(command.named_at(), name, what));
}

/// An event that is written with a longer path may be in another module.
fn is_applied(apply: &Apply, name: &Ident) -> bool {
    apply
        .event
        .as_ref()
        .is_some_and(|event| event.path.is_ident(name))
}

fn is_in_signature(command: &Command, name: &Ident) -> bool {
    let name = name.to_string();
    let is_there = |ty: &dyn ToTokens| tokens::names_alone(ty.to_token_stream(), &name);
    let takes = command.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(argument) => is_there(&argument.ty),
        FnArg::Receiver(_) => false,
    });
    takes || matches!(&command.sig.output, ReturnType::Type(_, ty) if is_there(ty))
}
