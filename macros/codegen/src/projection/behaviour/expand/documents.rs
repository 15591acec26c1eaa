//! Writes how documents are folded.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, PatType, Path};

use super::super::model::{Behaviour, Handler, Takes};
use crate::expand::{at_what_it_returns, borrowed, bound, ungrouped};
use crate::names;
use crate::syntax::spans;

/// ```text
/// const _: () = assert_keyed::<Statement>();
/// ```
pub(super) fn asserted(behaviour: &Behaviour, this: &Path) -> TokenStream {
    let handlers = behaviour.handlers.iter();
    let keyed = handlers.filter_map(|each| assertion(each, this));
    quote!(#(#keyed)*)
}

fn assertion(handler: &Handler, this: &Path) -> Option<TokenStream> {
    let (krate, cfgs) = (names::alias(), &handler.cfgs);
    let (key, _) = handler.keys.key.as_ref().or(handler.keys.keys.as_ref())?;
    let asserted = spans::at(key, quote!(const _: () = #krate::assert_keyed::<#this>();));
    Some(quote!(#(#cfgs)* #asserted))
}

/// ```text
/// Handles::<Self>::folding(DocumentHandler::ignore())
/// ```
pub(super) fn ignoring() -> TokenStream {
    let krate = names::alias();
    quote!(#krate::Handles::<Self>::folding(#krate::DocumentHandler::ignore()))
}

/// ```text
/// Handles::<Self>::folding(
///     DocumentHandler::fold::<Deposited, _>(|this, event, _, _| Self::deposited(this, event))
/// )
/// ```
pub(super) fn folding(handler: &Handler, event: &Path) -> TokenStream {
    let (krate, method) = (names::alias(), &handler.sig.ident);
    let [recorded, key] = [Takes::Recorded, Takes::Key].map(|takes| {
        let asked = handler.parameter(takes).and_then(given);
        asked.unwrap_or_else(|| quote!(_))
    });
    let beside = handler.parameters().filter_map(given);
    let fold = quote!(|this, event, #recorded, #key| Self::#method(this, event #(, #beside)*));
    let keyed = keyed(handler, event);
    let fold = quote!(#krate::DocumentHandler::fold::<#event, _>(#fold));
    let fold = at_what_it_returns(&handler.sig, fold);
    quote!(#krate::Handles::<Self>::folding(#fold #keyed))
}

/// What a parameter beside the event is called in the closure.
fn given(parameter: &PatType) -> Option<TokenStream> {
    match Takes::by(parameter) {
        Takes::Recorded => Some(quote!(recorded)),
        Takes::Key => Some(quote!(key)),
        Takes::Sql | Takes::Another => None,
    }
}

/// ```text
/// .keyed::<Deposited>(|event, recorded| Keys::one(&event.customer_id))
/// ```
fn keyed(handler: &Handler, event: &Path) -> Option<TokenStream> {
    let krate = names::alias();
    let (expression, keys) = match (&handler.keys.key, &handler.keys.keys) {
        (Some((_, key)), _) => {
            let one = borrowed(key);
            (key, quote!(#krate::Keys::one(#one)))
        }
        (None, Some((_, keys))) => {
            let several = several(keys);
            (keys, quote!(#krate::Keys::several(#several)))
        }
        (None, None) => return None,
    };
    let bound = |parameter: Option<&PatType>, usual| {
        bound(parameter.map(|each| &*each.pat), usual, expression)
    };
    let first = bound(handler.parameters().next(), "event");
    let second = bound(handler.parameter(Takes::Recorded), "recorded");
    Some(quote! {
        .keyed::<#event>(#[allow(unused_variables)] |#first, #second| #keys)
    })
}

/// Fields are borrowed, in an array too, where each may have a type of its own; what else gives keys is taken as it is.
fn several(keys: &Expr) -> TokenStream {
    match ungrouped(keys) {
        Expr::Array(array) => {
            let (krate, keys) = (names::alias(), array.elems.iter().map(borrowed));
            quote!([#(#krate::key(#keys)),*])
        }
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => borrowed(keys),
        other => other.to_token_stream(),
    }
}
