//! Of `#[value]`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::Error;

use super::error;

pub(crate) fn value_on_another_item(keyword: TokenStream, what: &str) -> Error {
    error(
        keyword,
        format_args!("`#[value]` stands on a struct or an enum that events hold, not on {what}"),
        "write `#[value] pub struct Money { pub cents: u64 }`",
    )
}

pub(crate) fn generic_value(generics: impl ToTokens, name: &Ident) -> Error {
    error(
        generics,
        "a value cannot be generic: what is stored has one shape",
        format_args!("write `{name}` without parameters, and the types that its fields have"),
    )
}
