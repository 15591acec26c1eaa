//! Writes what a saga is.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Root;
use crate::syntax::attributes;
use crate::{fallback, names};

/// ```text
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct MoveMoney { from: String, to: String, cents: u64 }
///
/// const _: () = {
///     use ::gesta::private as _gesta;
///     impl _gesta::Subscriber for MoveMoney {
///         type Handler = _gesta::Trigger<Self>;
///     }
///     impl _gesta::SagaRoot for MoveMoney {
///         const NAME: &'static str = "MoveMoney";
///     }
/// };
/// ```
pub(crate) fn expand(root: &Root) -> TokenStream {
    let version = root.version.as_ref();
    let version = version.map(|version| quote!(const VERSION: u32 = #version;));
    let (tracked, test) = match &root.locked {
        Some(locked) => (locked.tracked(), Some(test(root))),
        None => (None, None),
    };
    let written = written(root, version, tracked);
    quote!(#written #test)
}

/// That the lock holds the steps of the impl block.
fn test(root: &Root) -> TokenStream {
    crate::lock::test(&root.krate, &root.item.ident, "check_saga")
}

/// The saga as if it had no mistakes, so that its impl reports none either; a generic one cannot be.
pub(crate) fn fallback(root: &Root) -> TokenStream {
    if !root.item.generics.params.is_empty() {
        return fallback::item(&root.item);
    }
    written(root, None, None)
}

/// The struct, and its impls out of sight.
fn written(root: &Root, version: Option<TokenStream>, tracked: Option<TokenStream>) -> TokenStream {
    let (krate, ident, name) = (names::alias(), &root.item.ident, &root.name);
    let (derives, alias) = (root.krate.derive(&root.derives), root.krate.alias());
    let stateless = stateless(root);
    let mut item = root.item.clone();
    let docs = attributes::take_docs(&mut item.attrs);
    quote! {
        #(#docs)*
        #derives
        #item

        const _: () = {
            #alias
            #tracked
            impl #krate::Subscriber for #ident {
                type Handler = #krate::Trigger<Self>;
            }
            impl #krate::SagaRoot for #ident {
                const NAME: &'static str = #name;
                #version
            }
            #stateless
        };
    }
}

/// One without fields may do without a `#[start]`.
///
/// ```text
/// impl Stateless for Greeting {}
/// ```
fn stateless(root: &Root) -> Option<TokenStream> {
    let (krate, ident) = (names::alias(), &root.item.ident);
    let is_empty = root.item.fields.is_empty();
    is_empty.then(|| quote!(impl #krate::Stateless for #ident {}))
}
