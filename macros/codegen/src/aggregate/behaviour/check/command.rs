//! What can be wrong with a command.

use syn::{FnArg, PatType, Receiver, ReceiverKind, ReturnType, Type};

use crate::aggregate::behaviour::command::{self, Command};
use crate::aggregate::behaviour::model::Behaviour;
use crate::diagnostics::Diagnostics;
use crate::syntax::{attributes, prelude, types};
use crate::{messages, method};

pub(super) fn check(command: &Command, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    method::check_it_is_a_plain_function(&command.sig, diagnostics);
    check_it_takes_self_by_reference(command, diagnostics);
    for input in &command.sig.inputs {
        if let FnArg::Typed(argument) = input {
            check_it_can_be_a_field(argument, diagnostics);
        }
    }
    check_it_returns_something(command, diagnostics);
    check_its_existence_is_said_once(command, diagnostics);
    check_its_name(command, behaviour, diagnostics);
}

fn check_it_takes_self_by_reference(command: &Command, diagnostics: &mut Diagnostics) {
    match command.sig.receiver() {
        None => diagnostics.push(messages::command_without_self(&command.sig.ident)),
        Some(receiver) if !is_shared_reference(receiver) => {
            diagnostics.push(messages::command_receiver(receiver, &command.sig.ident));
        }
        Some(_) => {}
    }
}

fn is_shared_reference(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
}

fn check_it_can_be_a_field(argument: &PatType, diagnostics: &mut Diagnostics) {
    for cfg in attributes::of(&argument.attrs, &["cfg", "cfg_attr"]) {
        diagnostics.push(messages::cfg_on_parameter(&cfg));
    }
    let ty = types::ungrouped(&argument.ty);
    if let Type::Reference(reference) = ty
        && types::is_named(&reference.elem, "CommandContext")
    {
        if reference.mutability.is_some() {
            diagnostics.push(messages::context_by_value(ty));
        }
        return;
    }
    if types::is_named(ty, "CommandContext") {
        return diagnostics.push(messages::context_by_value(ty));
    }
    let name = command::name(&argument.pat);
    if name.is_none() {
        diagnostics.push(messages::pattern_parameter(&argument.pat, ty));
    }
    if types::is_opaque(ty) {
        diagnostics.push(messages::opaque_parameter(ty, name));
    } else if types::borrows(ty) {
        diagnostics.push(messages::borrowed_parameter(ty, name));
    }
}

fn check_it_returns_something(command: &Command, diagnostics: &mut Diagnostics) {
    let sig = &command.sig;
    match &sig.output {
        ReturnType::Default => {
            diagnostics.push(messages::command_returns_nothing(&sig.ident, &sig.ident))
        }
        ReturnType::Type(_, ty) => {
            if types::gives_nothing(ty) {
                diagnostics.push(messages::command_returns_nothing(ty, &sig.ident));
            }
        }
    }
}

fn check_its_existence_is_said_once(command: &Command, diagnostics: &mut Diagnostics) {
    if let (Some(_), Some(upsert)) = (&command.keys.create, &command.keys.upsert) {
        diagnostics.push(messages::create_and_upsert(upsert));
    }
}

fn check_its_name(command: &Command, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    match &command.name {
        None => diagnostics.push(messages::command_without_a_name(&command.sig.ident)),
        Some(name) if prelude::has(&name.to_string()) => {
            let object = behaviour.this.as_ref().map(|this| &this.ident);
            diagnostics.push(messages::command_of_the_prelude(
                command.named_at(),
                name,
                object,
            ));
        }
        Some(_) => {}
    }
}
