//! Writes how a projection takes its events.

mod documents;
mod tables;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{LitInt, Path};

use super::model::{Behaviour, Handler};
use crate::expand::allow;
use crate::syntax::{spans, types};
use crate::{fallback, names};

/// ```text
/// impl Statement { .. }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::Projection for Statement { .. }
///     impl _gesta::On<Deposited> for Statement { .. }
/// };
/// ```
pub(crate) fn expand(behaviour: &Behaviour) -> TokenStream {
    match behaviour.tables {
        Some(_) => write(behaviour, tables::writing, tables::implementation),
        None => write(behaviour, documents::folding, documents::asserted),
    }
}

/// The impl block, and what else is right so far; no user's method is called, so that a wrong one is reported once.
pub(crate) fn fallback(behaviour: &Behaviour) -> TokenStream {
    match behaviour.tables {
        Some(_) => write(behaviour, |_, _| tables::ignoring(), tables::inert),
        None => write(behaviour, |_, _| documents::ignoring(), documents::asserted),
    }
}

fn write(
    behaviour: &Behaviour,
    handler: fn(&Handler, &Path) -> TokenStream,
    others: fn(&Behaviour, &Path) -> TokenStream,
) -> TokenStream {
    let Some(this) = &behaviour.this else {
        return fallback::item(&behaviour.item);
    };
    let (item, alias) = (
        without_lints_of_our_shape(behaviour),
        behaviour.krate.alias(),
    );
    let declared = declared(this);
    let projection = projection(behaviour, this, &declared);
    let handlers = usable(behaviour)
        .into_iter()
        .map(|(each, event)| on(each, this, event, &declared, &handler(each, event)));
    let others = others(behaviour, this);
    quote! {
        #item

        const _: () = {
            #alias
            #projection
            #(#handlers)*
            #others
        };
    }
}

/// The methods whose events there can be an impl for. With no mistakes, that is all of them.
fn usable(behaviour: &Behaviour) -> Vec<(&Handler, &Path)> {
    let mut taken = BTreeSet::new();
    let handlers = behaviour.handlers.iter();
    handlers
        .filter_map(|handler| Some((handler, handler.event.as_ref()?)))
        .filter(|(handler, event)| !handler.cfgs.is_empty() || taken.insert(types::written(event)))
        .collect()
}

/// ```text
/// impl Projection for Statement where Statement: DeclaredRoot {
///     const HANDLERS_FINGERPRINT: u64 = 0x..;
/// }
/// ```
fn projection(behaviour: &Behaviour, this: &Path, declared: &TokenStream) -> TokenStream {
    let krate = names::alias();
    let fingerprint = format!("{:#018x}", behaviour.fingerprint);
    let fingerprint = LitInt::new(&fingerprint, names::call_site());
    quote! {
        impl #krate::Projection for #this where #declared {
            const HANDLERS_FINGERPRINT: u64 = #fingerprint;
        }
    }
}

/// If the struct has no `#[projection]`, each impl would report it in words of its own; where it is a bound, they all
/// say the same, and the compiler says it once.
fn declared(this: &Path) -> TokenStream {
    let krate = names::alias();
    spans::at(this, quote!(#this: #krate::DeclaredRoot))
}

/// ```text
/// impl On<Deposited> for Statement where Statement: DeclaredRoot, Deposited: Event {
///     fn handler() -> <Self as Subscriber>::Handler { .. }
/// }
/// ```
fn on(
    handler: &Handler,
    this: &Path,
    event: &Path,
    declared: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (krate, cfgs) = (names::alias(), &handler.cfgs);
    // Where an event is taken twice, the compiler points at the events.
    let header = spans::at(event, quote!(impl #krate::On<#event> for #this where));
    let is_event = spans::at(event, quote!(#event: #krate::Event));
    let handler = quote!(fn handler() -> <Self as #krate::Subscriber>::Handler { #body });
    let handler = spans::braced_at(event, handler);
    quote!(#(#cfgs)* #header #declared, #is_event #handler)
}

/// The impl block, without the lints about what `#[on]` prescribes: a `self` that a method may not need, or an `async`;
/// parameters by reference.
fn without_lints_of_our_shape(behaviour: &Behaviour) -> TokenStream {
    let mut item = behaviour.item.clone();
    let lint = match behaviour.tables {
        Some(_) => "unused_async",
        None => "unused_self",
    };
    let handlers = behaviour.handlers.iter().map(|each| each.index);
    for index in handlers.chain(behaviour.hooks.iter().map(|each| each.index)) {
        allow(&[lint], item.items.get_mut(index));
    }
    item.into_token_stream()
}
