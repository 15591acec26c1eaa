//! Writes an event.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::parse::Parser;
use syn::{Attribute, Data, DeriveInput, Field};

use super::model::Event;
use super::{lock, upcast};
use crate::syntax::{attributes, types};
use crate::{fallback, names};

/// ```text
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct Deposited { pub cents: u64 }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::Event for Deposited {
///         const NAME: &'static str = "Deposited";
///         const VERSION: u32 = 1;
///     }
///     impl<S: _gesta::On<Deposited>> _gesta::Source<S> for Deposited { .. }
/// };
/// ```
pub(crate) fn expand(event: &Event) -> TokenStream {
    let (shapes, constants) = (upcast::shapes(event), upcast::constants(event));
    let implementation = implementation(event, &constants);
    let (locked, test) = locked(event);
    let mut tokens = written(event, &event.item, &quote!(#shapes #implementation #locked));
    tokens.extend(test);
    tokens
}

/// What is compared with the lock, and the test that does it.
fn locked(event: &Event) -> (Option<TokenStream>, Option<TokenStream>) {
    let Some(locked) = &event.locked else {
        return (None, None);
    };
    let (krate, ident, version) = (names::alias(), &event.item.ident, event.version());
    let mut stored = upcast::stored(event);
    let today = Literal::u32_unsuffixed(version);
    stored.push(match &event.sample {
        None => quote!((#today, #krate::Shape::of::<Self>())),
        Some(sample) => quote! {
            (#today, #krate::Shape::sampled::<Self>(|| #krate::sampled::<Self>(#sample)))
        },
    });
    let tracked = locked.tracked();
    let shapes = crate::lock::shapes(ident, &lock::declared(event).entries(), &stored);
    let test = crate::lock::test(&event.krate, ident, "check_event");
    (Some(quote!(#tracked #shapes)), Some(test))
}

/// The struct, and its impls out of sight.
fn written(event: &Event, item: &DeriveInput, impls: &TokenStream) -> TokenStream {
    let derives = event.krate.derive(&event.derives);
    let (alias, mut item) = (event.krate.alias(), item.clone());
    let docs = attributes::take_docs(&mut item.attrs);
    quote! {
        #(#docs)*
        #derives
        #item

        const _: () = {
            #alias
            #impls
        };
    }
}

/// The event as if it had no mistakes, so that nothing that uses it reports another; a generic one cannot be,
/// nor a union.
pub(crate) fn fallback(event: &Event) -> TokenStream {
    if !event.item.generics.params.is_empty() || matches!(event.item.data, Data::Union(_)) {
        return fallback::item(&event.item);
    }
    let mut item = event.item.clone();
    if let Data::Struct(data) = &mut item.data {
        data.fields.iter_mut().for_each(skip_if_borrowed);
    }
    let implementation = implementation(event, &TokenStream::new());
    written(event, &item, &implementation)
}

/// Serde would report the field a second time.
fn skip_if_borrowed(field: &mut Field) {
    if types::borrows(&field.ty)
        && let Ok(skip) = Attribute::parse_outer.parse2(quote!(#[serde(skip)]))
    {
        field.attrs.extend(skip);
    }
}

fn implementation(event: &Event, history: &TokenStream) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &event.item.ident, &event.name);
    let subscriber = names::subscriber();
    let version = Literal::u32_unsuffixed(event.version());
    quote! {
        impl #krate::Event for #ident {
            const NAME: &'static str = #name;
            const VERSION: u32 = #version;
            #history
        }
        impl<#subscriber: #krate::On<Self>> #krate::Source<#subscriber> for #ident {
            fn subscribe(to: &mut #krate::Subscriptions<#subscriber>) { to.event::<Self>(); }
        }
    }
}
