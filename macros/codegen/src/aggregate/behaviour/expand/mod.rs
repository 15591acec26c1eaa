//! Writes what an aggregate does.

mod command;
mod event;
mod item;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Path;

use super::command::Command;
use super::model::{AppliedEvent, Apply, Behaviour, Upcast};
use super::usable;
use crate::syntax::spans;
use crate::{fallback, names};

/// What to write, for the commands and events that there are names for: with no mistakes, that is all of them.
struct Expansion<'a> {
    behaviour: &'a Behaviour,
    /// In the impls.
    krate: Ident,
    this: &'a Path,
    event_enum: Ident,
    commands: Vec<&'a Command>,
    applies: Vec<(&'a Apply, &'a AppliedEvent)>,
    upcasts: Vec<(&'a Upcast, &'a Path)>,
    /// Whether no user's method is called, so that a wrong one is reported once.
    inert: bool,
}

pub(crate) fn expand(behaviour: &Behaviour) -> TokenStream {
    Expansion::new(behaviour, false).map_or_else(
        || fallback::item(&behaviour.item),
        |expansion| expansion.write(),
    )
}

/// The impl block, and of all else what is right so far, so that nothing that uses it reports another mistake.
pub(crate) fn fallback(behaviour: &Behaviour) -> TokenStream {
    Expansion::new(behaviour, true).map_or_else(
        || fallback::item(&behaviour.item),
        |expansion| expansion.write(),
    )
}

impl<'a> Expansion<'a> {
    fn new(behaviour: &'a Behaviour, inert: bool) -> Option<Self> {
        let this = behaviour.this.as_ref()?;
        Some(Self {
            behaviour,
            krate: names::alias(),
            this: &this.path,
            event_enum: names::event_enum(&this.ident),
            commands: usable::commands(behaviour),
            applies: usable::applies(behaviour),
            upcasts: usable::upcasts(behaviour, inert),
            inert,
        })
    }

    /// `where Account: AggregateRoot`: if the struct has no `#[aggregate]`, or no `Default`, each impl would report it
    /// in words of its own; where it is a bound, they all say the same, and the compiler says it once.
    fn declared(&self) -> TokenStream {
        let (krate, this) = (&self.krate, self.this);
        let bound = spans::at(this, quote!(#this: #krate::AggregateRoot));
        quote!(where #bound)
    }

    /// The impl block; the enum of the events and the structs of the commands; and their impls, out of sight.
    fn write(&self) -> TokenStream {
        let alias = self.behaviour.krate.alias();
        let item = item::without_lints_of_our_shape(self.behaviour);
        let event_enum = self.event_enum();
        let structs = self
            .commands
            .iter()
            .map(|command| self.command_struct(command));
        let (derives, events, aggregate, into_events) = (
            self.enum_derives(),
            self.events_impl(),
            self.aggregate_impl(),
            self.enum_into_events(),
        );
        let event_impls = self
            .applies
            .iter()
            .map(|(_, event)| self.event_impls(event));
        let splits = self
            .upcasts
            .iter()
            .map(|(upcast, event)| self.split_impl(upcast, event));
        let (source, names) = (self.source_impl(), self.unique_names());
        let command_impls = self
            .commands
            .iter()
            .map(|command| self.command_impl(command));
        quote! {
            #item
            #event_enum
            #(#structs)*

            const _: () = {
                #alias
                #derives
                #events
                #aggregate
                #into_events
                #(#event_impls)*
                #(#splits)*
                #source
                #names
                #(#command_impls)*
            };
        }
    }
}
