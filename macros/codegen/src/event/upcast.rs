//! Writes the former shapes of an event, and how each becomes the event.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, Type};

use super::history::{Field, Kept, PastField, Removed, Since};
use super::model::Event;
use crate::names;
use crate::syntax::{serde, spans};

/// `const WAS` and `const FORMER`, where there are any.
pub(crate) fn constants(event: &Event) -> TokenStream {
    let (krate, was) = (names::alias(), &event.was);
    let was = (!was.is_empty()).then(|| quote!(const WAS: &'static [&'static str] = &[#(#was),*];));
    let from = event.from.iter().map(|from| {
        let first = Literal::u32_unsuffixed(event.past().start);
        let former = quote!(#krate::former::<#from, Self>(#first));
        spans::at(from, former)
    });
    let shapes = event.past().map(|version| {
        let (shape, version) = (shape_name(version), Literal::u32_unsuffixed(version));
        quote!(#krate::Former::shape::<#shape>(#version))
    });
    let former: Vec<_> = from.chain(shapes).collect();
    let former = (!former.is_empty()).then(|| {
        let fingerprint = format!("{:#018x}", event.history_fingerprint());
        let fingerprint = LitInt::new(&fingerprint, names::call_site());
        quote! {
            const FORMER: &'static [#krate::Former<Self>] = &[#(#former),*];
            const HISTORY_FINGERPRINT: u64 = #fingerprint;
        }
    });
    quote!(#was #former)
}

/// For each shape, how the lock's test looks at it.
pub(crate) fn stored(event: &Event) -> Vec<TokenStream> {
    let krate = names::alias();
    let stored = event.past().map(|version| {
        let (shape, version) = (shape_name(version), Literal::u32_unsuffixed(version));
        quote!((#version, #krate::Shape::of::<#shape>()))
    });
    stored.collect()
}

/// The shapes.
pub(crate) fn shapes(event: &Event) -> TokenStream {
    event.past().map(|version| shape(event, version)).collect()
}

/// ```text
/// #[derive(Deserialize)]
/// struct _V1 { customer: String }
///
/// impl From<_V1> for OrderPlaced {
///     fn from(old: _V1) -> Self {
///         Self { customer_id: old.customer_id, currency: "EUR".into() }
///     }
/// }
/// ```
fn shape(event: &Event, version: u32) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &event.item.ident, shape_name(version));
    let old = Ident::new("old", Span::mixed_site());
    let values = event
        .history
        .fields
        .iter()
        .map(|field| value(field, version, &old));
    let structure = structure(event, &name, &event.history.at(version));
    quote! {
        #structure
        impl #krate::From<#name> for #ident {
            #[allow(deprecated)]
            fn from(#old: #name) -> Self {
                Self { #(#values),* }
            }
        }
    }
}

/// The struct that reads what was stored. One without fields was stored as `null` or as `{}`.
fn structure(event: &Event, name: &Ident, fields: &[PastField<'_>]) -> TokenStream {
    let (krate, serde) = (names::alias(), event.krate.serde());
    let derives = quote! {
        #[derive(#krate::serde::Deserialize)]
        #[cfg_attr(test, derive(#krate::serde::Serialize))]
        #serde
    };
    if fields.is_empty() {
        return quote!(#derives struct #name(#[allow(dead_code)] #krate::NoFields););
    }
    let attrs = serde::without(&event.item.attrs, &["crate"]);
    let tagged = tagged(event);
    let fields = fields.iter().map(|field| past_field(event, field));
    quote! {
        #derives
        #(#attrs)*
        #tagged
        #[allow(dead_code)]
        struct #name { #(#fields),* }
    }
}

/// `#[serde(tag = "..")]` stores the name of the struct, which is that of today's.
fn tagged(event: &Event) -> Option<TokenStream> {
    let settings = serde::settings(&event.item.attrs);
    let has = |name: &str| settings.iter().any(|setting| setting.name == name);
    let ident = event.item.ident.unraw().to_string();
    (has("tag") && !has("rename")).then(|| quote!(#[serde(rename = #ident)]))
}

fn past_field(event: &Event, field: &PastField<'_>) -> TokenStream {
    match field {
        PastField::Kept(kept) => kept_field(kept),
        PastField::Removed(removed) => removed_field(event, removed),
    }
}

fn kept_field(kept: &Kept<'_>) -> TokenStream {
    let (attrs, ident, ty) = (kept.attrs(), &kept.field.ident, kept.ty());
    let rename = kept.renamed.map(|renamed| {
        let was = &renamed.was;
        quote!(#[serde(rename = #was)])
    });
    quote!(#(#attrs)* #rename #ident: #ty)
}

/// Another field may have the name today.
fn removed_field(event: &Event, removed: &Removed) -> TokenStream {
    let (ident, ty) = (&removed.ident, &removed.ty);
    let mut fields = event.history.fields.iter();
    if fields.all(|field| field.ident != *ident) {
        return quote!(#ident: #ty);
    }
    let (other, key) = (format_ident!("_{}", ident), event.key(ident));
    quote!(#[serde(rename = #key)] #other: #ty)
}

/// What today's field is, of an old event.
fn value(field: &Field, version: u32, old: &Ident) -> TokenStream {
    let ident = &field.ident;
    let value = match (field.at(version), field.since.first()) {
        (Some(kept), _) => changed(&kept, quote!(#old.#ident)),
        // What stands for it is of the version that brought it, so that a later `#[changed]` converts it like the rest.
        (None, Some(since)) => field.at(since.version.number).map_or_else(
            || default_of(&field.ty),
            |kept| changed(&kept, default(kept.ty(), since)),
        ),
        (None, None) => default_of(&field.ty),
    };
    quote!(#ident: #value)
}

/// Each function has the types that the attributes say, so that a wrong one is reported where it is written.
///
/// ```text
/// changed::<u32, u64>(cents_from_units, old.total_cents)
/// ```
fn changed(kept: &Kept<'_>, value: TokenStream) -> TokenStream {
    let krate = names::alias();
    let after = kept.changed.iter().skip(1).map(|changed| &changed.from);
    let after = after.chain([&kept.field.ty]);
    let changes = kept.changed.iter().zip(after);
    changes.fold(value, |value, (changed, to)| {
        let (from, with) = (&changed.from, &changed.with);
        quote!(#krate::changed::<#from, #to>(#with, #value))
    })
}

fn default(ty: &Type, since: &Since) -> TokenStream {
    match &since.default {
        None => default_of(ty),
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        })) => text_default(text),
        Some(value) => quote!(#value),
    }
}

fn text_default(text: &LitStr) -> TokenStream {
    let krate = names::alias();
    spans::at(text, quote!(#krate::from_text(#text)))
}

fn default_of(ty: &Type) -> TokenStream {
    let krate = names::alias();
    let default = quote!(#krate::default::<#ty>());
    spans::at(ty, default)
}

/// A name that no type of the user's has.
fn shape_name(version: u32) -> Ident {
    format_ident!("_V{version}", span = names::call_site())
}
