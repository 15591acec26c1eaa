//! What can be wrong with the impl block of an aggregate.

mod apply;
mod clashes;
mod command;
mod upcast;

use syn::{Path, ReturnType};

use super::model::Behaviour;
use crate::diagnostics::Diagnostics;
use crate::syntax::types;
use crate::{krate, messages};

pub(crate) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    krate::check(behaviour.krate_path.as_ref(), diagnostics);
    let is_inherent = check_it_is_the_impl_of_a_plain_struct(behaviour, diagnostics);
    for command in &behaviour.commands {
        command::check(command, behaviour, diagnostics);
    }
    for apply in &behaviour.applies {
        apply::check(apply, diagnostics);
    }
    for upcast in &behaviour.upcasts {
        upcast::check(upcast, diagnostics);
    }
    if is_inherent {
        check_there_are_events(behaviour, diagnostics);
        clashes::check(behaviour, diagnostics);
    }
}

fn check_it_is_the_impl_of_a_plain_struct(
    behaviour: &Behaviour,
    diagnostics: &mut Diagnostics,
) -> bool {
    let item = &behaviour.item;
    if let Some((path, _)) = &item.trait_ {
        diagnostics.push(messages::trait_impl(path, &item.self_ty));
    } else if !item.generics.params.is_empty() {
        diagnostics.push(messages::generic_impl(&item.generics));
    } else if behaviour.this.is_none() {
        diagnostics.push(messages::unsupported_impl_type(&item.self_ty));
    }
    behaviour.this.is_some()
}

fn check_there_are_events(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    if let Some(this) = &behaviour.this
        && behaviour.applies.is_empty()
    {
        diagnostics.push(messages::no_events(&this.ident, returned_event(behaviour)));
    }
}

/// What the first command returns, if that is no more than a name.
fn returned_event(behaviour: &Behaviour) -> Option<&Path> {
    behaviour
        .commands
        .iter()
        .find_map(|command| match &command.sig.output {
            ReturnType::Type(_, ty) => types::plain_path(ty),
            ReturnType::Default => None,
        })
}
