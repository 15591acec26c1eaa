//! Writes an id.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Member, Type};

use super::model::Id;
use crate::names;
use crate::syntax::spans;

/// ```text
/// const _: () = {
///     impl Display for AccountNumber { .. }
///     impl FromStr for AccountNumber { .. }
///     impl From<u32> for AccountNumber { .. }
///     impl AggregateId for AccountNumber {}
/// };
/// ```
pub(crate) fn expand(id: &Id) -> TokenStream {
    let Some((member, ty)) = &id.inner else {
        return TokenStream::new();
    };
    let (krate, ident) = (names::alias(), &id.item.ident);
    let alias = id.krate.alias();
    let (display, from_str) = (display(id, member, ty), from_str(id, member, ty));
    quote! {
        const _: () = {
            #alias
            #display
            #from_str
            impl #krate::From<#ty> for #ident {
                fn from(inner: #ty) -> Self { Self { #member: inner } }
            }
            impl #krate::AggregateId for #ident {}
        };
    }
}

/// The id as if it had no mistakes; a generic one cannot be.
pub(crate) fn fallback(id: &Id) -> TokenStream {
    if id.item.generics.params.is_empty() {
        expand(id)
    } else {
        TokenStream::new()
    }
}

fn display(id: &Id, member: &Member, ty: &Type) -> TokenStream {
    let (krate, ident) = (names::alias(), &id.item.ident);
    let inner = spans::at(ty, quote!(&self.#member));
    quote! {
        impl #krate::Display for #ident {
            fn fmt(&self, f: &mut #krate::Formatter<'_>) -> #krate::FmtResult {
                #krate::Display::fmt(#inner, f)
            }
        }
    }
}

fn from_str(id: &Id, member: &Member, ty: &Type) -> TokenStream {
    let (krate, ident) = (names::alias(), &id.item.ident);
    let error = spans::at(ty, quote!(<#ty as #krate::FromStr>::Err));
    quote! {
        impl #krate::FromStr for #ident {
            type Err = #error;

            fn from_str(text: &str) -> #krate::Result<Self, Self::Err> {
                #krate::FromStr::from_str(text).map(|inner| Self { #member: inner })
            }
        }
    }
}
