//! The user's item beside its errors, so that the editor goes on completing.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, ItemEnum, ItemStruct, TraitItem};

use crate::krate::Krate;
use crate::syntax::attributes;

/// An item that holds none of our attributes, as it was written.
pub(crate) fn item(item: &impl ToTokens) -> TokenStream {
    item.to_token_stream()
}

/// An item on which no attribute of ours belongs, without those inside, which would each report it again.
pub(crate) fn foreign_item(item: &Item) -> TokenStream {
    let mut item = item.clone();
    if let Item::Trait(item) = &mut item {
        for item in &mut item.items {
            if let TraitItem::Fn(method) = item {
                method
                    .attrs
                    .retain(|attribute| !attributes::marks_a_method(attribute));
            }
        }
    }
    item.into_token_stream()
}

/// An enum that was to be an aggregate is one beside its error, so that its impl block does not report it again.
pub(crate) fn enum_as_aggregate(item: &ItemEnum) -> TokenStream {
    let (krate, ident) = (Krate::new(None), &item.ident);
    let derives = attributes::derives(&item.attrs);
    let can_be = item.generics.params.is_empty() && derives.iter().any(|name| name == "Default");
    let implementation = can_be.then(|| {
        quote! {
            impl #krate::AggregateRoot for #ident {
                type Id = #krate::String;
                type Error = #krate::Infallible;
                const NAME: &'static str = "";
            }
        }
    });
    quote!(#item #implementation)
}

/// An event with the `#[removed(args)]` that stood above it where it belongs, so that it is not missing there too.
pub(crate) fn removed_below_event(args: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let mut item: ItemStruct = syn::parse2(item.clone()).ok()?;
    let is_event = |each: &syn::Attribute| attributes::is(each, "event");
    let event = item.attrs.iter().position(is_event)?;
    let above = item.attrs.drain(..=event).collect::<Vec<_>>();
    Some(quote!(#(#above)* #[removed(#args)] #item))
}
