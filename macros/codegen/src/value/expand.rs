//! Writes a value.

use proc_macro2::TokenStream;
use quote::quote;

use super::lock;
use super::model::Value;
use crate::syntax::attributes;
use crate::{fallback, names};

/// ```text
/// #[derive(Debug, Clone, Serialize, Deserialize)]
/// pub struct Money { pub cents: u64, pub currency: Currency }
/// ```
pub(crate) fn expand(value: &Value) -> TokenStream {
    let (item, locked) = (item(value), locked(value));
    quote!(#item #locked)
}

/// The value as if it had no mistakes; a generic one is left as it is.
pub(crate) fn fallback(value: &Value) -> TokenStream {
    if value.item.generics.params.is_empty() {
        item(value)
    } else {
        fallback::item(&value.item)
    }
}

/// The docs, what is derived, and the rest.
fn item(value: &Value) -> TokenStream {
    let (derives, mut item) = (value.krate.derive(&value.derives), value.item.clone());
    let docs = attributes::take_docs(&mut item.attrs);
    quote! {
        #(#docs)*
        #derives
        #item
    }
}

fn locked(value: &Value) -> Option<TokenStream> {
    let locked = value.locked.as_ref()?;
    let (krate, ident, alias) = (names::alias(), &value.item.ident, value.krate.alias());
    let stored = quote!((0, #krate::Shape::of::<Self>()));
    let (tracked, shapes) = (
        locked.tracked(),
        crate::lock::shapes(ident, &lock::declared(value).entries(), &[stored]),
    );
    let test = crate::lock::test(&value.krate, ident, "check_value");
    Some(quote! {
        const _: () = {
            #[allow(unused_imports)]
            #alias
            #tracked
            #shapes
        };
        #test
    })
}
