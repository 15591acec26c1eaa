//! Of `#[projection(sql)]`, `#[setup]` and `#[teardown]`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, Error, PatType, Receiver, Signature};

use super::error;

pub(crate) fn mode_of_sql(mode: &Ident) -> Error {
    error(
        mode,
        format_args!("a projection with `sql` writes tables of its own, and cannot be `{mode}`"),
        format_args!("leave out `{mode}`"),
    )
}

pub(crate) fn park_of_sql(park: &Ident) -> Error {
    error(
        park,
        "a projection with `sql` has no keys, so that none can be parked",
        "leave out `on_error = park`: it stops at an event that it cannot take",
    )
}

pub(crate) fn index_of_sql(attribute: &Attribute) -> Error {
    error(
        attribute,
        "a projection with `sql` has no documents to be found by a field",
        "leave it out, and make an index where you make the table",
    )
}

pub(crate) fn key_of_tables(key: &Ident) -> Error {
    error(
        key,
        "a method that writes tables has no keys: it says itself which rows it writes",
        "write `#[on]`",
    )
}

pub(crate) fn document_among_tables(method: &Ident, other: &Ident) -> Error {
    error(
        method,
        format_args!("`{method}` folds a document, and `{other}` writes tables"),
        format_args!(
            "a projection does one of the two: write `async fn {method}(event: &.., sql: &mut Sql)`"
        ),
    )
}

pub(crate) fn blocking_method_of_tables(keyword: impl ToTokens, method: &Ident) -> Error {
    error(
        keyword,
        format_args!("`{method}` waits for the database, and is not async"),
        format_args!("write `async fn {method}`"),
    )
}

pub(crate) fn self_of_tables(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` writes tables, and there is no document that it could take"),
        "leave it out",
    )
}

pub(crate) fn on_without_sql(method: &Ident) -> Error {
    error(
        method,
        format_args!("`{method}` has no transaction to write in"),
        "write `sql: &mut Sql` as its last parameter",
    )
}

pub(crate) fn sql_not_last(sql: &PatType) -> Error {
    error(
        sql,
        "the event comes first, then `recorded`, and the transaction last",
        "write `event: &AccountOpened, recorded: &Recorded, sql: &mut Sql`",
    )
}

pub(crate) fn sql_by_value(sql: &PatType) -> Error {
    error(
        sql,
        "the transaction is borrowed, as others write in it too",
        "write `sql: &mut Sql`",
    )
}

pub(crate) fn unknown_parameter_of_tables(parameter: &PatType) -> Error {
    error(
        parameter,
        "an `#[on]` method takes the event, `recorded: &Recorded` and `sql: &mut Sql`, and nothing else",
        "leave this parameter out: what it writes follows from the event, and from what is in the tables",
    )
}

pub(crate) fn parameters_of_hook(sig: &Signature, attribute: &str) -> Error {
    let method = &sig.ident;
    error(
        method,
        format_args!("a `#[{attribute}]` method takes the transaction, and nothing else"),
        format_args!("write `async fn {method}(sql: &mut Sql) -> Result<(), SqlError>`"),
    )
}

pub(crate) fn hook_with_keys(attribute: &Attribute, name: &str) -> Error {
    error(
        attribute,
        format_args!("`#[{name}]` has no keys"),
        format_args!("write `#[{name}]`"),
    )
}

pub(crate) fn hooked_twice(attribute: &Attribute) -> Error {
    error(
        attribute,
        "the method has this attribute already",
        "leave this out",
    )
}

pub(crate) fn hook_of_two_kinds(attribute: &Attribute, method: &Ident) -> Error {
    error(
        attribute,
        format_args!("`{method}` has another attribute of ours"),
        "write a method for each of `#[on]`, `#[setup]` and `#[teardown]`",
    )
}

pub(crate) fn second_hook(attribute: &Attribute, name: &str, first: &Ident) -> Error {
    error(
        attribute,
        format_args!("`{first}` is the `#[{name}]` already"),
        "put both into one method",
    )
}
