//! Which commands and events there can be names for. With no mistakes, that is all of them.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{FnArg, Path, ReturnType};

use super::command::Command;
use super::model::{AppliedEvent, Apply, Behaviour, Upcast};
use crate::names;
use crate::syntax::{prelude, tokens};

/// The commands whose structs can be written.
pub(crate) fn commands(behaviour: &Behaviour) -> Vec<&Command> {
    let mut taken = BTreeSet::new();
    let mut is_free = |name: &Ident| {
        !prelude::has(&name.to_string())
            && namesake(name, behaviour).is_none()
            && taken.insert(name.to_string())
    };
    let commands = behaviour.commands.iter();
    commands
        .filter(|command| command.name.as_ref().is_some_and(&mut is_free))
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

/// The `#[upcast]` functions whose events can be read; none beside errors.
pub(crate) fn upcasts(behaviour: &Behaviour, inert: bool) -> Vec<(&Upcast, &Path)> {
    let upcasts = behaviour.upcasts.iter().filter(|_| !inert);
    upcasts
        .filter_map(|upcast| upcast.event.as_ref().map(|event| (upcast, event)))
        .collect()
}

/// What else has the name of a command's struct, in words.
pub(crate) fn namesake(name: &Ident, behaviour: &Behaviour) -> Option<&'static str> {
    let this = &behaviour.this.as_ref()?.ident;
    if name == this {
        Some("the aggregate itself")
    } else if *name == names::event_enum(this) {
        Some("the enum of the aggregate's events")
    } else if behaviour
        .applies
        .iter()
        .any(|apply| is_applied(apply, name))
    {
        Some("an event")
    } else if behaviour
        .commands
        .iter()
        .any(|command| is_in_signature(command, name))
    {
        Some("a type that a command takes or returns")
    } else {
        None
    }
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
