//! Writes an event.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Event;
use crate::fallback;

/// ```text
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct Deposited { pub cents: u64 }
///
/// const _: () = {
///     impl Event for Deposited {
///         const NAME: &'static str = "Deposited";
///         const VERSION: u32 = 1;
///     }
/// };
/// ```
pub(crate) fn expand(event: &Event) -> TokenStream {
    let (item, derives, implementation) = (&event.item, derives(event), implementation(event));
    quote! {
        #derives
        #item

        const _: () = {
            #implementation
        };
    }
}

/// The event as if it had no mistakes, so that nothing that uses it reports another; a generic one cannot be.
pub(crate) fn fallback(event: &Event) -> TokenStream {
    if event.item.generics.params.is_empty() {
        expand(event)
    } else {
        fallback::item(&event.item)
    }
}

fn derives(event: &Event) -> TokenStream {
    let (krate, derives) = (&event.krate, &event.derives);
    let serde = event.needs_serde_path.then(|| krate.serde());
    let derive = (!derives.is_empty()).then(|| quote!(#[derive(#(#krate::#derives),*)]));
    quote!(#derive #serde)
}

fn implementation(event: &Event) -> TokenStream {
    let (krate, ident, name) = (&event.krate, &event.item.ident, &event.name);
    quote! {
        impl #krate::Event for #ident {
            const NAME: &'static str = #name;
            const VERSION: u32 = 1;
        }
    }
}
