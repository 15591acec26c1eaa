//! Writes how a projection takes its events.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Attribute, Expr, ExprReference, ImplItem, LitInt, Pat, Path, ReturnType};

use super::model::{Behaviour, Handler, is_unnamed};
use crate::syntax::{spans, tokens, types};
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
    write(behaviour, folding)
}

/// The impl block, and what else is right so far; no user's method is called, so that a wrong one is reported once.
pub(crate) fn fallback(behaviour: &Behaviour) -> TokenStream {
    write(behaviour, |_, _| {
        let krate = names::alias();
        quote!(#krate::DocumentHandler::ignore())
    })
}

fn write(behaviour: &Behaviour, handler: fn(&Handler, &Path) -> TokenStream) -> TokenStream {
    let Some(this) = &behaviour.this else {
        return fallback::item(&behaviour.item);
    };
    let (item, alias) = (
        without_lints_of_our_shape(behaviour),
        behaviour.krate.alias(),
    );
    let projection = projection(behaviour, this);
    let handlers = usable(behaviour)
        .into_iter()
        .map(|(each, event)| on(each, this, event, &handler(each, event)));
    let keyed = behaviour
        .handlers
        .iter()
        .filter_map(|each| asserted(each, this));
    quote! {
        #item

        const _: () = {
            #alias
            #projection
            #(#handlers)*
            #(#keyed)*
        };
    }
}

/// ```text
/// const _: () = assert_keyed::<Statement>();
/// ```
fn asserted(handler: &Handler, this: &Path) -> Option<TokenStream> {
    let (krate, cfgs) = (names::alias(), &handler.cfgs);
    let (key, _) = handler.keys.key.as_ref().or(handler.keys.keys.as_ref())?;
    let asserted = spans::at(key, quote!(const _: () = #krate::assert_keyed::<#this>();));
    Some(quote!(#(#cfgs)* #asserted))
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
/// impl Projection for Statement where Statement: DocumentRoot {
///     const HANDLERS_FINGERPRINT: u64 = 0x..;
/// }
/// ```
fn projection(behaviour: &Behaviour, this: &Path) -> TokenStream {
    let (krate, declared) = (names::alias(), declared(this));
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
    spans::at(this, quote!(#this: #krate::DocumentRoot))
}

/// ```text
/// impl On<Deposited> for Statement where Statement: DocumentRoot, Deposited: Event {
///     fn handler() -> DocumentHandler<Self> { .. }
/// }
/// ```
fn on(handler: &Handler, this: &Path, event: &Path, body: &TokenStream) -> TokenStream {
    let (krate, cfgs, declared) = (names::alias(), &handler.cfgs, declared(this));
    // Where an event is taken twice, the compiler points at the events.
    let header = spans::at(event, quote!(impl #krate::On<#event> for #this where));
    let is_event = spans::at(event, quote!(#event: #krate::Event));
    let handler = quote!(fn handler() -> #krate::DocumentHandler<Self> { #body });
    let handler = spans::braced_at(event, handler);
    quote!(#(#cfgs)* #header #declared, #is_event #handler)
}

/// ```text
/// DocumentHandler::fold::<Deposited, _>(|this, event, _| Self::deposited(this, event))
/// ```
fn folding(handler: &Handler, event: &Path) -> TokenStream {
    let (krate, method) = (names::alias(), &handler.sig.ident);
    let fold = match handler.parameters().nth(1) {
        Some(_) => quote!(|this, event, recorded| Self::#method(this, event, recorded)),
        None => quote!(|this, event, _| Self::#method(this, event)),
    };
    let keyed = keyed(handler, event);
    let fold = quote!(#krate::DocumentHandler::fold::<#event, _>(#fold));
    let fold = match &handler.sig.output {
        ReturnType::Type(_, ty) => spans::at(ty, fold),
        ReturnType::Default => fold,
    };
    quote!(#fold #keyed)
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
    let mut patterns = handler.parameters().map(|parameter| &*parameter.pat);
    let first = bound(patterns.next(), "event", expression);
    let second = bound(patterns.next(), "recorded", expression);
    Some(quote! {
        .keyed::<#event>(#[allow(unused_variables)] |#first, #second| #keys)
    })
}

/// A parameter is called, or taken apart, as in the method; one that the method has no use for has its usual name.
fn bound(pattern: Option<&Pat>, usual: &str, keys: &Expr) -> TokenStream {
    let is_named = |pattern: &&Pat| {
        let names_it = |name| tokens::names_alone(keys.to_token_stream(), name);
        !is_unnamed(pattern) || names_it(&pattern.to_token_stream().to_string())
    };
    match pattern.filter(is_named) {
        Some(pattern) => pattern.to_token_stream(),
        None => names::ours(usual).into_token_stream(),
    }
}

/// `&key`: it may be a field, which cannot be moved out of the event.
fn borrowed(key: &Expr) -> TokenStream {
    let and = spans::at(&first_token(key), quote!(&));
    let reference = Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: syn::parse2(and).unwrap_or_default(),
        mutability: None,
        expr: Box::new(ungrouped(key).clone()),
    });
    reference.into_token_stream()
}

/// The expression without the invisible groups that a `macro_rules!` puts around what it passes on: the compiler does not
/// see them as parentheses.
fn ungrouped(key: &Expr) -> &Expr {
    match key {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

fn first_token(code: &Expr) -> TokenStream {
    code.to_token_stream().into_iter().take(1).collect()
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

/// The impl block, without the lints about what `#[on]` prescribes: a `self` that a method may not need, parameters by
/// reference.
fn without_lints_of_our_shape(behaviour: &Behaviour) -> TokenStream {
    let mut item = behaviour.item.clone();
    for handler in &behaviour.handlers {
        allow(item.items.get_mut(handler.index));
    }
    item.into_token_stream()
}

fn allow(item: Option<&mut ImplItem>) {
    let lints = quote!(#[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref)]);
    let attribute = Attribute::parse_outer.parse2(lints);
    if let (Some(ImplItem::Fn(method)), Ok(attribute)) = (item, attribute) {
        method.attrs.extend(attribute);
    }
}
