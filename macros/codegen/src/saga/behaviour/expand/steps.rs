//! Writes the steps.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::model::{Behaviour, HowMany, Kind, Method, Role, Step, What};
use super::{arguments, calling, closure};
use crate::expand::at_what_it_returns;
use crate::names;
use crate::syntax::duration::Duration;
use crate::syntax::spans;

pub(super) fn empty() -> TokenStream {
    let krate = names::alias();
    quote!(#krate::Graph::new())
}

/// ```text
/// Graph::new()
///     .step(Step::<Self>::call("debit", |saga, _| Self::debit(saga)))
///     .completed("complete", |saga, ctx| Self::complete(saga, ctx))
/// ```
pub(super) fn graph(behaviour: &Behaviour) -> TokenStream {
    let graph = empty();
    let steps = behaviour.steps().map(|(method, each)| {
        let step = step(method, each, behaviour);
        quote!(.step(#step))
    });
    let ends = behaviour.methods.iter().filter_map(end);
    quote!(#graph #(#steps)* #(#ends)*)
}

fn end(method: &Method) -> Option<TokenStream> {
    let offered: &[_] = match &method.role {
        Role::Completed => &[What::Context],
        Role::Failed => &[What::Context, What::Failure],
        _ => return None,
    };
    let name = names::ours(match method.role.is_completed() {
        true => "completed",
        false => "failed",
    });
    Some(way(&name, method, offered))
}

/// ```text
/// .undo("refund", |saga, _| Self::refund(saga))
/// ```
fn way(name: &Ident, method: &Method, offered: &[What]) -> TokenStream {
    let stored = names::stored(&method.sig.ident);
    let called = calling(method, offered);
    at_what_it_returns(&method.sig, quote!(.#name(#stored, #called)))
}

fn step(method: &Method, step: &Step, behaviour: &Behaviour) -> TokenStream {
    let keys = &step.keys;
    let (acted, was, after) = (act(method, step), was(step), after(step, behaviour));
    let undo = keys.undo.as_ref().and_then(|undo| behaviour.method(undo));
    let undo = undo.map(self::undo);
    let pivot = keys.pivot.as_ref().map(|_| quote!(.pivot()));
    let (retry, timeout) = (retry(step), keys.timeout.as_ref().map(duration));
    let timeout = timeout.map(|timeout| quote!(.timeout(#timeout)));
    let instead = named("on_timeout", keys.on_timeout.as_ref(), behaviour);
    quote!(#acted #was #after #undo #pivot #retry #timeout #instead)
}

/// ```text
/// Step::<Self>::call("debit", |saga, _| Self::debit(saga))
/// Step::<Self>::effect("charge", |saga, ctx| effect(Self::charge(saga, ctx)))
/// Step::<Self>::awaits::<PaymentConfirmed>("paid")
/// ```
fn act(method: &Method, step: &Step) -> TokenStream {
    let (krate, name) = (names::alias(), names::stored(&method.sig.ident));
    match step.kind {
        Kind::Call => {
            let called = calling(method, &[What::Context]);
            let act = quote!(#krate::Step::<Self>::call(#name, #called));
            at_what_it_returns(&method.sig, act)
        }
        Kind::Effect => {
            let run = running(method);
            let act = quote!(#krate::Step::<Self>::effect(#name, #run));
            at_what_it_returns(&method.sig, act)
        }
        Kind::Awaits => {
            let event = method.taken();
            let act = quote!(#krate::Step::<Self>::awaits::<#event>(#name));
            event.map_or(TokenStream::new(), |event| spans::at(event, act))
        }
    }
}

/// ```text
/// |saga, ctx| effect(Self::charge(saga, ctx))
/// ```
fn running(method: &Method) -> TokenStream {
    let (krate, ident, arguments) = (names::alias(), &method.sig.ident, arguments(method));
    let closure = closure(method, &[What::EffectContext]);
    quote!(#closure #krate::effect(Self::#ident(#arguments)))
}

/// ```text
/// .undo("refund", |saga, _| Self::refund(saga))
/// .undo_effect("refund", |saga, ctx| effect(Self::refund(saga, ctx)))
/// ```
fn undo(method: &Method) -> TokenStream {
    if !method.is_effect() {
        return way(&names::ours("undo"), method, &[What::Context]);
    }
    let (name, run) = (names::stored(&method.sig.ident), running(method));
    at_what_it_returns(&method.sig, quote!(.undo_effect(#name, #run)))
}

fn was(step: &Step) -> Option<TokenStream> {
    let was = &step.keys.was;
    (!was.is_empty()).then(|| quote!(.was(&[#(#was),*])))
}

/// ```text
/// .after(After::all(&["debit"]))
/// ```
fn after(step: &Step, behaviour: &Behaviour) -> Option<TokenStream> {
    let krate = names::alias();
    let steps: Vec<_> = behaviour.steps().collect();
    let waits = step.waits.steps.iter();
    let before = waits.filter_map(|number| steps.get(*number));
    let before: Vec<_> = before
        .map(|(method, _)| names::stored(&method.sig.ident))
        .collect();
    let before = (!before.is_empty()).then(|| quote!(&[#(#before),*]))?;
    let after = match step.keys.after.as_ref().map(|after| &after.how_many) {
        None | Some(HowMany::All) => quote!(#krate::After::all(#before)),
        Some(HowMany::Any) => quote!(#krate::After::any_of(#before)),
        Some(HowMany::Count(_)) => {
            let count = Literal::usize_suffixed(step.waits.count);
            quote!(#krate::After::count(#count, #before))
        }
    };
    Some(quote!(.after(#after)))
}

/// The way that a key names.
fn named(key: &str, method: Option<&Ident>, behaviour: &Behaviour) -> Option<TokenStream> {
    let method = behaviour.method(method?)?;
    Some(way(&names::ours(key), method, &[What::Context]))
}

/// ```text
/// .retry(5u32, Duration::from_millis(200u64))
/// ```
fn retry(step: &Step) -> Option<TokenStream> {
    let retry = step.keys.retry.as_ref()?;
    let times = retry.times.as_ref()?.base10_parse::<u32>();
    let times = Literal::u32_suffixed(times.unwrap_or_default());
    let backoff = match &retry.backoff {
        Some(backoff) => duration(backoff),
        None => millis(BACKOFF),
    };
    Some(quote!(.retry(#times, #backoff)))
}

/// What a `retry` waits first that does not say it.
const BACKOFF: u64 = 200;

fn duration(duration: &Duration) -> TokenStream {
    millis(duration.millis.unwrap_or_default())
}

fn millis(millis: u64) -> TokenStream {
    let (krate, millis) = (names::alias(), Literal::u64_suffixed(millis));
    quote!(#krate::Duration::from_millis(#millis))
}
