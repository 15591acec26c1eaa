//! Writes what makes the compiler look at the lock again, and the tests that hold it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::Locked;
use crate::krate::Krate;
use crate::names;

impl Locked {
    /// Whatever expansions are made from, in the first of a crate: when it changes, the crate is compiled again.
    ///
    /// ```text
    /// const _: Option<&str> = option_env!("GESTA_LOCK");
    /// const _: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/events.lock"));
    /// ```
    pub(crate) fn tracked(&self) -> Option<TokenStream> {
        if !self.is_first() {
            return None;
        }
        let krate = names::alias();
        let file = self.exists().then(|| {
            quote! {
                const _: &[u8] = #krate::include_bytes!(#krate::concat!(
                    #krate::env!("CARGO_MANIFEST_DIR"),
                    "/events.lock"
                ));
            }
        });
        Some(quote! {
            const _: #krate::Option<&str> = #krate::option_env!("GESTA_LOCK");
            #file
        })
    }
}

/// A test beside the item, which `check` of `gesta::private` runs.
///
/// ```text
/// #[cfg(test)]
/// #[test]
/// fn deposited_is_as_locked() {
///     ::gesta::private::check_event::<Deposited>(env!("CARGO_MANIFEST_DIR"));
/// }
/// ```
pub(crate) fn test(krate: &Krate, ident: &Ident, check: &str) -> TokenStream {
    let snake = names::snake(&ident.unraw().to_string());
    let name = format_ident!("{snake}_is_as_locked", span = names::call_site());
    let check = names::ours(check);
    quote! {
        #[cfg(test)]
        #[#krate::test]
        #[allow(non_snake_case)]
        fn #name() {
            #krate::#check::<#ident>(#krate::env!("CARGO_MANIFEST_DIR"));
        }
    }
}

/// What the test compares: the shapes as they are declared, and as serde reads each.
///
/// ```text
/// #[cfg(test)]
/// impl Locked for Deposited {
///     const SHAPES: &'static str = "event Deposited v1\n    cents: u64\n";
///     const STORED: &'static [(u32, Shape)] = &[(1, Shape::of::<Self>())];
/// }
/// ```
pub(crate) fn shapes(ident: &Ident, shapes: &str, stored: &[TokenStream]) -> TokenStream {
    let krate = names::alias();
    quote! {
        #[cfg(test)]
        impl #krate::Locked for #ident {
            const SHAPES: &'static str = #shapes;
            const STORED: &'static [(u32, #krate::Shape)] = &[#(#stored),*];
        }
    }
}
