//! Of `#[projection]`, `#[on]` and `#[index]`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Error, LitInt, LitStr, Pat, PatType, Path, Receiver, Type};

use super::error;
use crate::names;
use crate::syntax::types::written;

pub(crate) fn projection_on_another_item(keyword: TokenStream, what: &str) -> Error {
    error(
        keyword,
        format_args!("`#[projection]` stands on a struct and on its impl block, not on {what}"),
        "write `#[projection(of(Account))] pub struct Statement { .. }` and `#[projection] impl Statement { .. }`",
    )
}

pub(crate) fn generic_projection(generics: impl ToTokens, name: &Ident) -> Error {
    error(
        generics,
        "a projection cannot be generic: what is stored has one name and one type",
        format_args!("write `struct {name}` and `impl {name}` without parameters"),
    )
}

pub(crate) fn projection_where_clause(clause: impl ToTokens) -> Error {
    error(clause, "a projection has no `where` clause", "leave it out")
}

pub(crate) fn projection_of_nothing(name: &Ident) -> Error {
    error(
        name,
        format_args!("`{name}` does not say what it is folded from"),
        "write `#[projection(of(Account))]`, with its aggregates and events",
    )
}

pub(crate) fn empty_of(key: &Ident) -> Error {
    error(
        key,
        "`of` names no aggregate and no event",
        "write `of(Account)`, or `of(Account, OrderPlaced)`",
    )
}

pub(crate) fn of_twice(path: &Path) -> Error {
    error(
        path,
        format_args!("`{}` is named already", written(path)),
        "leave it out here",
    )
}

pub(crate) fn ignored_twice(path: &Path) -> Error {
    error(
        path,
        format_args!("`{}` is ignored already", written(path)),
        "leave it out here",
    )
}

pub(crate) fn invalid_projection_name(name: &LitStr) -> Error {
    error(
        name,
        "the stored name of a projection has 1 to 100 of these: ASCII letters, digits, `_`, `-`, `.`",
        "write `name = \"Statement\"`",
    )
}

pub(crate) fn invalid_projection_version(version: &LitInt) -> Error {
    error(
        version,
        "the version of a projection is a number from 1 to 2^32 - 1",
        "write `version = 2` for the first change; without the key it is 1",
    )
}

pub(crate) fn unknown_on_error(written: &Ident) -> Error {
    error(
        written,
        format_args!("a projection cannot `{written}` where an event cannot be taken"),
        "write `on_error = park` to go on with all other keys, or leave it out to stop there",
    )
}

pub(crate) fn inline_and_park(park: &Ident) -> Error {
    error(
        park,
        "an `inline` projection rejects the command whose event it cannot take, so that there is nothing to park",
        "leave out `on_error = park`, or leave out `inline`",
    )
}

pub(crate) fn inline_and_live(live: &Ident) -> Error {
    error(
        live,
        "an `inline` projection is stored with its events, a `live` one is not stored",
        "keep one of the two",
    )
}

pub(crate) fn live_of_several(live: &Ident) -> Error {
    error(
        live,
        "a `live` projection is folded from the stream of one aggregate",
        "name one aggregate: `of(Account)`; or leave out `live`",
    )
}

pub(crate) fn on_error_of_live(on_error: &Ident) -> Error {
    error(
        on_error,
        format_args!(
            "a `live` projection is folded when somebody asks, who then gets the error: there is nothing to {on_error}"
        ),
        format_args!("leave out `on_error = {on_error}`, or leave out `live`"),
    )
}

pub(crate) fn version_of_live(version: &LitInt) -> Error {
    error(
        version,
        "a `live` projection is not stored, so that there is nothing to build anew for another version",
        "leave out `version`, or leave out `live`",
    )
}

pub(crate) fn index_of_live(attribute: &Attribute) -> Error {
    error(
        attribute,
        "a `live` projection is not stored, so that its documents are found by their key alone",
        "leave `#[index]` out, or leave out `live`",
    )
}

pub(crate) fn index_without_a_name(attribute: &Attribute) -> Error {
    error(
        attribute,
        "an `#[index]` field has a name, which is the name of the index",
        "write `#[index] owner: String`",
    )
}

pub(crate) fn index_without_a_constant(field: &Ident) -> Error {
    error(
        field,
        format_args!("no constant can be called like `{field}` in capitals"),
        "rename the field, or leave `#[index]` out",
    )
}

pub(crate) fn index_with_keys(attribute: &Attribute) -> Error {
    error(attribute, "`#[index]` has no keys", "write `#[index]`")
}

pub(crate) fn indexed_twice(attribute: &Attribute) -> Error {
    error(attribute, "the field is an index already", "leave this out")
}

pub(crate) fn key_of_the_projection(key: &Ident, example: &str) -> Error {
    error(
        key,
        format_args!("the key `{key}` belongs to the struct, not to its impl block"),
        format_args!("write `#[projection({example})]` above the struct, and `#[projection]` here"),
    )
}

pub(crate) fn projection_trait_impl(path: impl ToTokens, this: impl ToTokens) -> Error {
    let this = this.to_token_stream();
    error(
        path,
        "`#[projection]` stands on the inherent impl block, not on the impl of a trait",
        format_args!("write `#[projection] impl {this} {{ .. }}`, with the `#[on]` methods"),
    )
}

pub(crate) fn generic_projection_impl(generics: impl ToTokens) -> Error {
    error(
        generics,
        "a projection cannot be generic: what is stored has one name and one type",
        "write `#[projection] impl Statement { .. }`",
    )
}

pub(crate) fn unsupported_projection_type(this: impl ToTokens) -> Error {
    error(
        this,
        "a projection is a struct without parameters",
        "write `#[projection] impl Statement { .. }`",
    )
}

pub(crate) fn second_on(attribute: &Attribute, method: &Ident) -> Error {
    error(
        attribute,
        format_args!("`{method}` has an `#[on]` already"),
        "keep one of the two; `keys = [event.from, event.to]` is for several documents",
    )
}

pub(crate) fn async_on(asyncness: impl ToTokens, method: &Ident) -> Error {
    error(
        asyncness,
        format_args!(
            "`{method}` cannot be async: the same events give the same document, without I/O"
        ),
        format_args!("write `fn {method}`, and read from the event all that it needs"),
    )
}

pub(crate) fn on_without_self(method: &Ident) -> Error {
    error(
        method,
        format_args!("`{method}` does not see the document that it changes"),
        format_args!("write `fn {method}(&mut self, event: &..)`"),
    )
}

pub(crate) fn on_receiver(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` takes the event into the document, so it needs it to change"),
        "write `&mut self`",
    )
}

pub(crate) fn on_without_event(method: &Ident, writes: bool) -> Error {
    let event = names::pascal(&method.unraw().to_string());
    let wanted = match writes {
        true => format!("async fn {method}(event: &{event}, sql: &mut Sql)"),
        false => format!("fn {method}(&mut self, event: &{event})"),
    };
    error(
        method,
        format_args!("`{method}` does not say which event it takes"),
        format_args!("write `{wanted}`"),
    )
}

pub(crate) fn on_of_no_event(ty: &Type) -> Error {
    error(
        ty,
        "an `#[on]` method takes one event, a struct marked `#[event]`",
        "write `event: &AccountOpened`",
    )
}

pub(crate) fn recorded_first(parameter: &PatType, event: Option<&Path>) -> Error {
    let event = event.map_or("AccountOpened".to_owned(), written);
    error(
        parameter,
        "the event comes first, and `Recorded` after it, without the event in it",
        format_args!("write `event: &{event}, recorded: &Recorded`"),
    )
}

pub(crate) fn on_by_value(ty: &Type, pattern: &Pat, event: &Path) -> Error {
    error(
        ty,
        "an `#[on]` method borrows the event, which others take too",
        format_args!("write `{}: &{}`", written(pattern), written(event)),
    )
}

pub(crate) fn key_first(parameter: &PatType, event: &Path) -> Error {
    error(
        parameter,
        "the event comes first, and the key of the document after it",
        format_args!("write `event: &{}, key: &str`", written(event)),
    )
}

pub(crate) fn unknown_parameter_of_on(parameter: &PatType) -> Error {
    error(
        parameter,
        "beside the event, an `#[on]` method takes `recorded: &Recorded` and `key: &str`, and nothing else",
        "write `recorded: &Recorded` for its time, its position, its stream, `key: &str` for the key of the document, \
         or leave it out: the same events give the same document, always",
    )
}

pub(crate) fn parameter_of_on_again(parameter: &PatType) -> Error {
    let ty = written(&parameter.ty);
    error(
        parameter,
        format_args!("a parameter before this one is `{ty}` already"),
        "leave this one out",
    )
}

pub(crate) fn key_and_keys(keys: &Ident) -> Error {
    error(
        keys,
        "`key` is for one document, `keys` for several",
        "keep one of the two",
    )
}

pub(crate) fn correlate_in_a_projection(key: &Ident) -> Error {
    error(
        key,
        "`correlate` says which saga an event is for, and this is a projection",
        "write `key = event.order_id`, with the key of the document",
    )
}

pub(crate) fn key_of_an_event_without_a_name(key: &Ident, pattern: &Pat, event: &Path) -> Error {
    error(
        pattern,
        format_args!("the event is not called `event` here, and so not in `{key}` either"),
        format_args!("write `event: &{}`", written(event)),
    )
}

pub(crate) fn taken_twice(event: &Path, first: &Ident, again: &Ident) -> Error {
    let event_name = written(event);
    error(
        event,
        format_args!("`{event_name}` is taken by `{first}` already"),
        format_args!(
            "put both into one method; for several documents, `#[on(keys = ..)]` on `{first}`; and remove `{again}`"
        ),
    )
}
