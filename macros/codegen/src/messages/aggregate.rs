//! Of `#[aggregate]`: the struct, and the impl as a whole.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Error, LitInt, LitStr, Path};

use super::error;
use crate::names;
use crate::syntax::attributes;
use crate::syntax::types::written;

pub(crate) fn aggregate_on_another_item(keyword: TokenStream, what: &str) -> Error {
    error(
        keyword,
        format_args!("`#[aggregate]` stands on a struct and on its impl block, not on {what}"),
        "write `#[aggregate] #[derive(Default)] pub struct Account { .. }` and `#[aggregate] impl Account { .. }`",
    )
}

pub(crate) fn aggregate_is_an_enum(keyword: TokenStream, name: &Ident) -> Error {
    error(
        keyword,
        "an aggregate is a struct, not an enum",
        format_args!(
            "keep the enum in a field: `pub struct {name} {{ state: {name}State }}`, and `enum {name}State {{ .. }}`"
        ),
    )
}

pub(crate) fn generic_aggregate(generics: impl ToTokens, name: &Ident) -> Error {
    error(
        generics,
        "an aggregate cannot be generic: its streams have one name and one kind of event",
        format_args!("write `struct {name}` and `impl {name}` without parameters"),
    )
}

pub(crate) fn aggregate_where_clause(clause: impl ToTokens) -> Error {
    error(clause, "an aggregate has no `where` clause", "leave it out")
}

pub(crate) fn invalid_aggregate_name(name: &LitStr) -> Error {
    error(
        name,
        "the stored name of an aggregate has 1 to 100 of these: ASCII letters, digits, `_`, `-`, `.`",
        "write `#[aggregate(name = \"Account\")]`",
    )
}

pub(crate) fn snapshot_without_every(key: &Ident) -> Error {
    error(
        key,
        "`snapshot` does not say after how many events the state is stored",
        "write `snapshot(every = 100)`",
    )
}

pub(crate) fn invalid_snapshot_every(every: &LitInt) -> Error {
    error(
        every,
        "a snapshot is kept every 1, 2, 3, .. events",
        "write `every = 100`, or leave `snapshot(..)` out to keep none",
    )
}

pub(crate) fn invalid_snapshot_version(version: &LitInt) -> Error {
    error(
        version,
        "the version of a snapshot is a number from 0 to 2^64 - 1",
        "write `version = 2`",
    )
}

pub(crate) fn retired_twice(name: &LitStr) -> Error {
    error(
        name,
        format_args!("`{}` is retired already", name.value()),
        "leave it out here",
    )
}

pub(crate) fn retired_without_a_name(name: &LitStr) -> Error {
    error(
        name,
        "no event is stored under the empty name",
        "write the name that the event is stored under, or leave this out",
    )
}

pub(crate) fn key_of_the_struct(key: &Ident, example: &str) -> Error {
    error(
        key,
        format_args!("the key `{key}` belongs to the struct, not to its impl block"),
        format_args!("write `#[aggregate({example})]` above the struct, and `#[aggregate]` here"),
    )
}

pub(crate) fn trait_impl(path: impl ToTokens, this: impl ToTokens) -> Error {
    let this = this.to_token_stream();
    error(
        path,
        "`#[aggregate]` stands on the inherent impl block, not on the impl of a trait",
        format_args!(
            "write `#[aggregate] impl {this} {{ .. }}`, with the `#[command]` and `#[apply]` methods"
        ),
    )
}

pub(crate) fn unsupported_impl_type(this: impl ToTokens) -> Error {
    error(
        this,
        "an aggregate is a struct without parameters",
        "write `#[aggregate] impl Account { .. }`",
    )
}

pub(crate) fn no_events(this: &Ident, event: Option<&Path>) -> Error {
    let name = event
        .and_then(attributes::last_segment)
        .map(Ident::to_string);
    let method = names::snake(name.as_deref().unwrap_or("AccountOpened"));
    let event = event.map_or("AccountOpened".to_owned(), written);
    error(
        this,
        format_args!("`{this}` has no events: not one method is marked `#[apply]`"),
        format_args!("write `#[apply] fn {method}(&mut self, event: &{event}) {{ .. }}`"),
    )
}

/// `of` are the attributes of the `impl` blocks that it belongs to.
pub(crate) fn outside_of_an_impl(attribute: &str, of: &[&str], example: &str) -> Error {
    let of = of.join("]` or `#[");
    Error::new(
        names::call_site(),
        format_args!(
            "`#[{attribute}]` belongs to a method in an `impl` block that has `#[{of}]`, and this one has not\n\
             help: write `#[{of}]` above the `impl`, and in it `#[{attribute}] {example}`"
        ),
    )
}

pub(crate) fn generic_impl(generics: impl ToTokens) -> Error {
    error(
        generics,
        "an aggregate cannot be generic: its streams have one name and one kind of event",
        "write `#[aggregate] impl Account { .. }`",
    )
}
