//! Where the generated code finds Gesta: `::gesta`, or what the user wrote after `crate =`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{LitStr, Path};

use crate::derives::{Derive, Derives};
use crate::diagnostics::Diagnostics;
use crate::{messages, names};

/// The module of the runtime that generated code may touch: `::gesta::private`.
#[derive(Clone)]
pub(crate) struct Krate(TokenStream);

impl Krate {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(match path {
            Some(path) if !starts_with_dollar_crate(path) => quote!(#path::private),
            _ => quote!(::gesta::private),
        })
    }

    /// `use ::gesta::private as _gesta;`: a short name for the impls that stand out of sight.
    pub(crate) fn alias(&self) -> TokenStream {
        let (path, alias) = (&self.0, names::alias());
        quote!(use #path as #alias;)
    }

    /// `#[serde(crate = "..")]`, so that the user's crate needs no serde of its own.
    pub(crate) fn serde(&self) -> TokenStream {
        let path = format!("{}::serde", self.0).replace(' ', "");
        let path = LitStr::new(&path, names::call_site());
        quote!(#[serde(crate = #path)])
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl Krate {
    /// `#[derive(..)]` of what is left to derive, and where serde is.
    pub(crate) fn derive(&self, derives: &Derives) -> TokenStream {
        let paths = derives.traits.iter().map(|derive| match derive {
            Derive::Core(name) => quote!(#self::#name),
            Derive::Serde(name) => quote!(#self::serde::#name),
        });
        let derive = (!derives.traits.is_empty()).then(|| quote!(#[derive(#(#paths),*)]));
        let serde = derives.needs_serde_path.then(|| self.serde());
        quote!(#derive #serde)
    }
}

/// A `$crate` means another crate inside the string that serde takes.
pub(crate) fn check(path: Option<&Path>, diagnostics: &mut Diagnostics) {
    if let Some(path) = path
        && starts_with_dollar_crate(path)
    {
        diagnostics.push(messages::crate_from_macro(path));
    }
}

fn starts_with_dollar_crate(path: &Path) -> bool {
    path.segments
        .first()
        .is_some_and(|first| first.ident == "$crate")
}
