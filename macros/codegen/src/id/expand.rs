//! Writes an id.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Member, Type};

use super::model::Id;

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
    let (krate, ident) = (&id.krate, &id.item.ident);
    let (display, from_str) = (display(id, member), from_str(id, member, ty));
    quote! {
        const _: () = {
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

fn display(id: &Id, member: &Member) -> TokenStream {
    let (krate, ident) = (&id.krate, &id.item.ident);
    quote! {
        impl #krate::Display for #ident {
            fn fmt(&self, f: &mut #krate::Formatter<'_>) -> #krate::FmtResult {
                #krate::Display::fmt(&self.#member, f)
            }
        }
    }
}

fn from_str(id: &Id, member: &Member, ty: &Type) -> TokenStream {
    let (krate, ident) = (&id.krate, &id.item.ident);
    quote! {
        impl #krate::FromStr for #ident {
            type Err = <#ty as #krate::FromStr>::Err;

            fn from_str(text: &str) -> #krate::Result<Self, Self::Err> {
                #krate::FromStr::from_str(text).map(|inner| Self { #member: inner })
            }
        }
    }
}
