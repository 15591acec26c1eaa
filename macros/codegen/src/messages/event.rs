//! Of `#[event]` and `#[derive(AggregateId)]`.

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Error, LitStr, Type};

use super::error;
use crate::syntax::types::owned;

pub(crate) fn event_on_another_item(keyword: TokenStream, what: &str) -> Error {
    error(
        keyword,
        format_args!("`#[event]` stands on a struct, not on {what}"),
        "write `#[event] pub struct AccountOpened { pub owner: String }`",
    )
}

pub(crate) fn event_is_an_enum(keyword: impl ToTokens, variants: &[String]) -> Error {
    let structs: Vec<_> = variants
        .iter()
        .map(|name| format!("`#[event] pub struct {name} {{ .. }}`"))
        .collect();
    let structs = match structs.as_slice() {
        [] => "`#[event] pub struct AccountOpened { .. }`".to_owned(),
        some => some.join(", "),
    };
    error(
        keyword,
        "an event is a struct, not an enum: the aggregate writes the enum of its events",
        format_args!("make each variant a struct of its own: {structs}"),
    )
}

pub(crate) fn event_is_a_union(keyword: impl ToTokens, name: &Ident) -> Error {
    error(
        keyword,
        "an event is a struct, not a union",
        format_args!("write `pub struct {name} {{ .. }}`"),
    )
}

pub(crate) fn event_without_field_names(
    fields: impl ToTokens,
    name: &Ident,
    types: &[String],
) -> Error {
    let names = ["value"].into_iter().filter(|_| types.len() == 1);
    let names = names.chain(["first", "second", "third", "fourth"]);
    let mut named: Vec<_> = names
        .zip(types)
        .map(|(name, ty)| format!("{name}: {ty}"))
        .collect();
    if named.len() < types.len() {
        named.push("..".to_owned());
    }
    let body = if named.is_empty() {
        ";".to_owned()
    } else {
        format!(" {{ {} }}", named.join(", "))
    };
    error(
        fields,
        "the fields of an event have names: they are the keys of the JSON that is stored",
        format_args!("write `struct {name}{body}`"),
    )
}

pub(crate) fn borrowed_field(ty: &Type, name: &Ident) -> Error {
    error(
        ty,
        "an event is stored and read back, so it owns what it holds",
        format_args!("write `{name}: {}`", owned(ty)),
    )
}

pub(crate) fn generic_event(generics: impl ToTokens, name: &Ident) -> Error {
    error(
        generics,
        "an event cannot be generic: what is stored has one type",
        format_args!(
            "write `struct {name}` without parameters, and the types that its fields have"
        ),
    )
}

pub(crate) fn event_where_clause(clause: impl ToTokens) -> Error {
    error(clause, "an event has no `where` clause", "leave it out")
}

pub(crate) fn invalid_event_name(name: impl ToTokens) -> Error {
    error(
        name,
        "the stored name of an event has 1 to 200 characters, none of them a control character",
        "write `name = \"AccountOpened\"`",
    )
}

pub(crate) fn repeated_event_name(name: &LitStr) -> Error {
    error(
        name,
        "the event has this name already",
        "`was` lists the names that it no longer has: leave this one out",
    )
}

pub(crate) fn id_is_no_newtype(at: impl ToTokens, name: &Ident, why: impl Display) -> Error {
    error(
        at,
        format_args!("`AggregateId` is derived for a struct with one field, {why}"),
        format_args!(
            "write `struct {name}(String);`, or implement `Display`, `FromStr` and `gesta::AggregateId`"
        ),
    )
}

pub(crate) fn generic_id(generics: impl ToTokens, name: &Ident) -> Error {
    error(
        generics,
        "`AggregateId` cannot be derived for a generic struct",
        format_args!("write `struct {name}(String);` without parameters"),
    )
}
