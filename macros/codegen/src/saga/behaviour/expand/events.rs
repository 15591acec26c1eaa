//! Writes how a saga takes its events.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

use super::super::model::{Behaviour, Method, Role, What};
use super::calling;
use crate::expand::{at_what_it_returns, borrowed, bound};
use crate::names;
use crate::syntax::spans;

fn taking(behaviour: &Behaviour) -> impl Iterator<Item = (&Method, &Path)> {
    let methods = behaviour.methods.iter();
    methods.filter_map(|method| Some((method, method.taken()?)))
}

/// ```text
/// to.event::<TransferRequested>();
/// ```
pub(super) fn subscribed(behaviour: &Behaviour) -> TokenStream {
    let subscribed = taking(behaviour).map(|(method, event)| {
        let cfgs = &method.cfgs;
        let subscribed = spans::at(event, quote!(to.event::<#event>();));
        quote!(#(#cfgs)* #subscribed)
    });
    quote!(#(#subscribed)*)
}

/// Where one is none, each use would report it; where it is a bound, the compiler says it once. A bound has no `cfg`.
///
/// ```text
/// TransferRequested: Event,
/// ```
pub(super) fn are_events(behaviour: &Behaviour) -> TokenStream {
    let always = taking(behaviour).filter(|(method, _)| method.cfgs.is_empty());
    let events = always.map(|(_, event)| is_event(event));
    quote!(#(#events,)*)
}

fn is_event(event: &Path) -> TokenStream {
    let krate = names::alias();
    spans::at(event, quote!(#event: #krate::Event))
}

/// ```text
/// impl On<TransferRequested> for MoveMoney where MoveMoney: DeclaredSaga, TransferRequested: Event {
///     fn handler() -> <Self as Subscriber>::Handler { .. }
/// }
/// ```
pub(super) fn handlers(behaviour: &Behaviour, this: &Path, declared: &TokenStream) -> TokenStream {
    let krate = names::alias();
    let handlers = taking(behaviour).map(|(method, event)| {
        let cfgs = &method.cfgs;
        // Where an event is taken twice, the compiler points at the events.
        let header = spans::at(event, quote!(impl #krate::On<#event> for #this where));
        let is_event = is_event(event);
        let trigger = trigger(method, event, behaviour);
        let handler = quote!(fn handler() -> <Self as #krate::Subscriber>::Handler { #trigger });
        let handler = spans::braced_at(event, handler);
        quote!(#(#cfgs)* #header #declared, #is_event #handler)
    });
    quote!(#(#handlers)*)
}

/// ```text
/// Trigger::<Self>::start::<TransferRequested, _>(|event, _| Self::start(event))
/// Trigger::<Self>::step::<PaymentConfirmed, _>("paid", |saga, event, _| Self::paid(saga, event))
/// ```
fn trigger(method: &Method, event: &Path, behaviour: &Behaviour) -> TokenStream {
    let krate = names::alias();
    let (way, step, offered): (_, _, &[_]) = match &method.role {
        Role::Start(_) => ("start", None, &[What::Event, What::Recorded]),
        Role::Step(_) => {
            let name = names::stored(&method.sig.ident);
            ("step", Some(quote!(#name,)), &[What::Event, What::Recorded])
        }
        _ if behaviour.is_stateless => ("alone", None, &[What::Event, What::Recorded]),
        _ => ("on", None, &[What::Event, What::Recorded, What::Context]),
    };
    let (way, called) = (names::ours(way), calling(method, offered));
    let trigger = quote!(#krate::Trigger::<Self>::#way::<#event, _>(#step #called));
    let trigger = at_what_it_returns(&method.sig, trigger);
    let correlated = correlated(method, event);
    quote!(#trigger #correlated)
}

/// ```text
/// .correlate::<OrderPlaced, _>(|event, recorded| correlated(&event.order_id))
/// ```
fn correlated(method: &Method, event: &Path) -> Option<TokenStream> {
    let krate = names::alias();
    let (_, expression) = method.correlate()?;
    let pattern = |what: What| {
        let pattern = method.parameter(what).map(|each| &*each.code.pat);
        bound(pattern, what.usual(), expression)
    };
    let (first, second) = (pattern(What::Event), pattern(What::Recorded));
    let id = borrowed(expression);
    Some(quote! {
        .correlate::<#event, _>(
            #[allow(unused_variables)] |#first, #second| #krate::correlated(#id)
        )
    })
}
