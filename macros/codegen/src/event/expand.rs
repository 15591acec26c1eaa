//! Writes an event.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;
use syn::{Attribute, Data, DeriveInput, Field};

use super::model::{Derive, Event};
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
/// };
/// ```
pub(crate) fn expand(event: &Event) -> TokenStream {
    expand_item(event, &event.item)
}

fn expand_item(event: &Event, item: &DeriveInput) -> TokenStream {
    let (derives, implementation) = (derives(event), implementation(event));
    let (alias, mut item) = (event.krate.alias(), item.clone());
    let docs: Vec<_> = item
        .attrs
        .extract_if(.., |attribute| attributes::is(attribute, "doc"))
        .collect();
    quote! {
        #(#docs)*
        #derives
        #item

        const _: () = {
            #alias
            #implementation
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
    expand_item(event, &item)
}

/// Serde would report the field a second time.
fn skip_if_borrowed(field: &mut Field) {
    if types::borrows(&field.ty)
        && let Ok(skip) = Attribute::parse_outer.parse2(quote!(#[serde(skip)]))
    {
        field.attrs.extend(skip);
    }
}

fn derives(event: &Event) -> TokenStream {
    let krate = &event.krate;
    let serde = event.needs_serde_path.then(|| krate.serde());
    let paths = event.derives.iter().map(|derive| match derive {
        Derive::Core(name) => quote!(#krate::#name),
        Derive::Serde(name) => quote!(#krate::serde::#name),
    });
    let derive = (!event.derives.is_empty()).then(|| quote!(#[derive(#(#paths),*)]));
    quote!(#derive #serde)
}

fn implementation(event: &Event) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &event.item.ident, &event.name);
    quote! {
        impl #krate::Event for #ident {
            const NAME: &'static str = #name;
            const VERSION: u32 = 1;
        }
    }
}
