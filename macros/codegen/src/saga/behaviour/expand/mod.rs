//! Writes what a saga does.

mod events;
mod locked;
mod steps;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

use super::model::{Behaviour, Method, What};
use crate::expand::allow;
use crate::syntax::spans;
use crate::{fallback, names};

/// ```text
/// impl MoveMoney { .. }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::Saga for MoveMoney { .. }
///     impl _gesta::On<TransferRequested> for MoveMoney { .. }
/// };
/// ```
pub(crate) fn expand(behaviour: &Behaviour) -> TokenStream {
    let locked = locked::claimed(behaviour);
    write(behaviour, &does(behaviour), locked, events::handlers)
}

/// The impl block of a saga that does nothing: no user's method is called, so that a wrong one is reported once.
pub(crate) fn fallback(behaviour: &Behaviour) -> TokenStream {
    let nothing = Does {
        are_events: TokenStream::new(),
        graph: steps::empty(),
        subscribed: TokenStream::new(),
    };
    write(behaviour, &nothing, None, |_, _, _| TokenStream::new())
}

/// What is written in the impl of `Saga`.
struct Does {
    are_events: TokenStream,
    graph: TokenStream,
    subscribed: TokenStream,
}

fn does(behaviour: &Behaviour) -> Does {
    Does {
        are_events: events::are_events(behaviour),
        graph: steps::graph(behaviour),
        subscribed: events::subscribed(behaviour),
    }
}

/// ```text
/// impl Saga for MoveMoney where MoveMoney: DeclaredSaga, TransferRequested: Event {
///     fn graph() -> Graph<Self> { .. }
///     fn subscribe(to: &mut Subscriptions<Self>) { .. }
/// }
/// ```
fn write(
    behaviour: &Behaviour,
    does: &Does,
    locked: Option<TokenStream>,
    handlers: fn(&Behaviour, &Path, &TokenStream) -> TokenStream,
) -> TokenStream {
    let Some(this) = &behaviour.this else {
        return fallback::item(&behaviour.item);
    };
    let (krate, alias) = (names::alias(), behaviour.krate.alias());
    let Does {
        are_events,
        graph,
        subscribed,
    } = does;
    let (item, declared) = (
        without_lints_of_our_shape(behaviour),
        declared(behaviour, this),
    );
    let handlers = handlers(behaviour, this, &declared);
    quote! {
        #item

        const _: () = {
            #alias
            impl #krate::Saga for #this where #declared, #are_events {
                fn graph() -> #krate::Graph<Self> { #graph }
                fn subscribe(to: &mut #krate::Subscriptions<Self>) { #subscribed }
            }
            #handlers
            #locked
        };
    }
}

/// If the struct has no `#[saga]`, each impl would report it in words of its own; where it is a bound, they all say the
/// same, and the compiler says it once.
fn declared(behaviour: &Behaviour, this: &Path) -> TokenStream {
    let krate = names::alias();
    let root = names::ours(match behaviour.is_stateless {
        true => "Stateless",
        false => "DeclaredSaga",
    });
    spans::at(this, quote!(#this: #krate::#root))
}

/// A closure that calls the method with what it asks for.
///
/// ```text
/// |saga, ctx, _| Self::cancel(saga, ctx)
/// ```
fn calling(method: &Method, offered: &[What]) -> TokenStream {
    let (ident, closure) = (&method.sig.ident, closure(method, offered));
    let arguments = arguments(method);
    quote!(#closure Self::#ident(#arguments))
}

/// `|saga, ctx, _|`
fn closure(method: &Method, offered: &[What]) -> TokenStream {
    let saga = method.sig.receiver().map(|_| quote!(saga,));
    let offered = offered.iter().map(|what| match method.parameter(*what) {
        Some(_) => names::ours(what.usual()).into_token_stream(),
        None => quote!(_),
    });
    quote!(|#saga #(#offered),*|)
}

/// `saga, ctx`
fn arguments(method: &Method) -> TokenStream {
    let saga = method.sig.receiver().map(|_| quote!(saga,));
    let arguments = method.parameters.iter();
    let arguments = arguments.map(|each| names::ours(each.what.usual()));
    quote!(#saga #(#arguments),*)
}

/// The impl block, without the lints about what we prescribe: a `self` that a method may not need, or an `async`; parameters
/// by reference.
fn without_lints_of_our_shape(behaviour: &Behaviour) -> TokenStream {
    let mut item = behaviour.item.clone();
    for method in &behaviour.methods {
        let lints: &[_] = match method.is_effect() {
            true => &["unused_self", "unused_async"],
            false => &["unused_self"],
        };
        allow(lints, item.items.get_mut(method.index));
    }
    item.into_token_stream()
}
