//! What an item is called in an error.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

/// The keyword that says what an item is, to point at, and its name in words.
pub(crate) fn keyword(item: &Item) -> (TokenStream, &'static str) {
    match item {
        Item::Const(item) => (item.const_token.to_token_stream(), "a constant"),
        Item::Enum(item) => (item.enum_token.to_token_stream(), "an enum"),
        Item::Fn(item) => (item.sig.fn_token.to_token_stream(), "a function"),
        Item::Impl(item) => (item.impl_token.to_token_stream(), "an impl block"),
        Item::Mod(item) => (item.mod_token.to_token_stream(), "a module"),
        Item::Static(item) => (item.static_token.to_token_stream(), "a static"),
        Item::Struct(item) => (item.struct_token.to_token_stream(), "a struct"),
        Item::Trait(item) => (item.trait_token.to_token_stream(), "a trait"),
        Item::Type(item) => (item.type_token.to_token_stream(), "a type alias"),
        Item::Union(item) => (item.union_token.to_token_stream(), "a union"),
        Item::Use(item) => (item.use_token.to_token_stream(), "a `use`"),
        other => (other.to_token_stream(), "this"),
    }
}
