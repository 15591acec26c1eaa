//! The user's item beside its errors, so that the editor goes on completing.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// An item that holds none of our attributes, as it was written.
pub(crate) fn item(item: &impl ToTokens) -> TokenStream {
    item.to_token_stream()
}
