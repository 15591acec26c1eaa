//! Where the generated code finds Gesta: `::gesta`, or what the user wrote after `crate =`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{LitStr, Path};

use crate::diagnostics::Diagnostics;
use crate::{messages, names};

/// The module of the runtime that generated code may touch: `::gesta::private`.
#[derive(Clone)]
pub(crate) struct Krate(TokenStream);

impl Krate {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(match path {
            Some(path) => quote!(#path::private),
            None => quote!(::gesta::private),
        })
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

/// A `$crate` means another crate inside the string that serde takes.
pub(crate) fn check(path: Option<&Path>, diagnostics: &mut Diagnostics) {
    let first = path.and_then(|path| path.segments.first().map(|first| (path, first)));
    if let Some((path, first)) = first
        && first.ident == "$crate"
    {
        diagnostics.push(messages::crate_from_macro(path));
    }
}
