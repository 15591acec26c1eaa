//! Of the methods of an `#[aggregate] impl`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Error, Pat, Receiver, Type};

use super::error;
use crate::syntax::types::{owned, written};

pub(crate) fn second_attribute(attribute: &Attribute, method: &Ident) -> Error {
    error(
        attribute,
        format_args!("`{method}` is marked twice"),
        "keep one: `#[command]` decides what happens, `#[apply]` changes the state, `#[upcast]` says what an old event is today",
    )
}

pub(crate) fn attribute_with_value(meta: &syn::MetaNameValue) -> Error {
    let path = written(&meta.path);
    error(
        meta,
        format_args!("`#[{path}]` takes no `=`"),
        format_args!("write `#[{path}]`"),
    )
}

pub(crate) fn async_method(asyncness: impl ToTokens, method: &Ident) -> Error {
    error(
        asyncness,
        format_args!(
            "`{method}` cannot be async: it must give the same result each time, without I/O"
        ),
        format_args!("write `fn {method}`, and pass in what it needs as parameters"),
    )
}

pub(crate) fn unsafe_method(keyword: impl ToTokens, method: &Ident) -> Error {
    error(
        keyword,
        format_args!("`{method}` cannot be unsafe: generated code calls it"),
        format_args!("write `fn {method}`"),
    )
}

pub(crate) fn foreign_method(abi: impl ToTokens, method: &Ident) -> Error {
    error(
        abi,
        format_args!("`{method}` is called from Rust only"),
        format_args!("write `fn {method}`"),
    )
}

pub(crate) fn variadic_method(variadic: impl ToTokens) -> Error {
    error(
        variadic,
        "each parameter has a name and a type",
        "write `items: Vec<String>`",
    )
}

pub(crate) fn generic_method(generics: impl ToTokens, method: &Ident) -> Error {
    error(
        generics,
        format_args!("`{method}` cannot be generic: what is stored has one type"),
        format_args!("write `fn {method}(..)`, and the types that its parameters have"),
    )
}

pub(crate) fn method_where_clause(clause: impl ToTokens) -> Error {
    error(
        clause,
        "there is nothing here that a `where` clause could speak of",
        "leave it out",
    )
}

pub(crate) fn command_without_self(method: &Ident) -> Error {
    error(
        method,
        format_args!("the command `{method}` does not see the state that it decides on"),
        format_args!(
            "write `fn {method}(&self, ..)`, also for the command that creates the aggregate"
        ),
    )
}

pub(crate) fn command_receiver(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!(
            "the command `{method}` only looks at the state: what changes it is the event"
        ),
        "write `&self`, return an event, and change the state in `#[apply] fn ..(&mut self, event: &..)`",
    )
}

pub(crate) fn cfg_on_parameter(cfg: &Attribute) -> Error {
    error(
        cfg,
        "the fields of a command do not depend on features: it may be stored by one build and read by another",
        "leave the attribute out, or make the parameter an `Option<..>`",
    )
}

pub(crate) fn context_by_value(ty: &Type) -> Error {
    error(
        ty,
        "a command borrows its context",
        "write `ctx: &CommandContext`",
    )
}

pub(crate) fn pattern_parameter(pattern: &Pat, ty: &Type) -> Error {
    error(
        pattern,
        "each parameter of a command becomes a field, so it needs a name",
        format_args!(
            "write `value: {}`, and take it apart in the body",
            written(ty)
        ),
    )
}

pub(crate) fn opaque_parameter(ty: &Type, name: Option<&Ident>) -> Error {
    let name = name.map_or("value".to_owned(), ToString::to_string);
    error(
        ty,
        "each parameter of a command becomes a field, so `impl Trait` is not enough",
        format_args!("write a type, such as `{name}: String`"),
    )
}

pub(crate) fn borrowed_parameter(ty: &Type, name: Option<&Ident>) -> Error {
    let name = name.map_or("value".to_owned(), ToString::to_string);
    error(
        ty,
        "a command is sent and stored, so it owns what it holds",
        format_args!("write `{name}: {}`", owned(ty)),
    )
}

pub(crate) fn command_returns_nothing(at: impl ToTokens, method: &Ident) -> Error {
    error(
        at,
        format_args!("the command `{method}` returns nothing, so nothing would happen"),
        format_args!("return the event: `fn {method}(&self, ..) -> SomethingHappened`"),
    )
}

pub(crate) fn create_and_upsert(upsert: &Ident) -> Error {
    error(
        upsert,
        "a command either creates the aggregate or takes it as it is",
        "keep `create` if the aggregate must not exist before, `upsert` if it may",
    )
}

pub(crate) fn command_without_a_name(method: &Ident) -> Error {
    error(
        method,
        format_args!("no struct can be named after `{method}`"),
        "write `#[command(name = OpenAccount)]`",
    )
}

/// `object` is the aggregate: `send` may be called `SendParcel`.
pub(crate) fn command_of_the_prelude(at: &Ident, name: &Ident, object: Option<&Ident>) -> Error {
    let object = object.map_or("It".to_owned(), ToString::to_string);
    error(
        at,
        format_args!(
            "the command would be a struct `{name}` and hide the standard library's `{name}`"
        ),
        format_args!("write `#[command(name = {name}{object})]`"),
    )
}

pub(crate) fn command_named_like(at: &Ident, name: &Ident, what: &str) -> Error {
    error(
        at,
        format_args!("the command would be a struct `{name}`, which is the name of {what}"),
        format_args!("write `#[command(name = {name}Command)]`, or name the method otherwise"),
    )
}

pub(crate) fn commands_of_one_name(at: &Ident, name: &Ident, first: &Ident) -> Error {
    error(
        at,
        format_args!("two commands would be a struct `{name}`: `{first}` and this one"),
        format_args!("write `#[command(name = {name}Again)]`, or name the method otherwise"),
    )
}

pub(crate) fn apply_without_self(method: &Ident) -> Error {
    error(
        method,
        format_args!("`{method}` does not see the state that it changes"),
        format_args!("write `fn {method}(&mut self, event: &..)`"),
    )
}

pub(crate) fn apply_receiver(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` takes the event into the state, so it needs the state to change"),
        "write `&mut self`",
    )
}

pub(crate) fn apply_without_event(method: &Ident) -> Error {
    let event = crate::names::pascal(&method.unraw().to_string());
    error(
        method,
        format_args!("`{method}` does not say which event it applies"),
        format_args!("write `fn {method}(&mut self, event: &{event})`"),
    )
}

pub(crate) fn apply_with_two_parameters(second: impl ToTokens) -> Error {
    error(
        second,
        "an `#[apply]` method takes an event and nothing else: the same events give the same state, always",
        "leave this parameter out, and store in the event what it would bring",
    )
}

pub(crate) fn apply_of_no_event(ty: &Type) -> Error {
    error(
        ty,
        "an `#[apply]` method takes one event, a struct marked `#[event]`",
        "write `event: &AccountOpened`",
    )
}

pub(crate) fn event_by_value(ty: &Type, pattern: &Pat, event: impl ToTokens) -> Error {
    error(
        ty,
        "an `#[apply]` method borrows the event, which is stored and handed on",
        format_args!("write `{}: &{}`", written(pattern), written(&event)),
    )
}

pub(crate) fn apply_returns(ty: &Type) -> Error {
    error(
        ty,
        "an `#[apply]` method returns nothing: what happened cannot be refused any more",
        "leave the return type out, and refuse in the `#[command]`",
    )
}

pub(crate) fn cfg_on_apply(cfg: &Attribute) -> Error {
    error(
        cfg,
        "which events an aggregate has does not depend on features: they are stored",
        "leave the attribute out here, and put it on the `#[command]`",
    )
}

pub(crate) fn cfg_on_upcast(cfg: &Attribute) -> Error {
    error(
        cfg,
        "what was stored means the same with any features",
        "leave the attribute out",
    )
}

pub(crate) fn applied_twice(event: impl ToTokens, first: &Ident, again: &Ident) -> Error {
    let name = written(&event);
    error(
        event,
        format_args!("`{name}` is applied twice: by `{first}` and by `{again}`"),
        format_args!(
            "keep one `#[apply] fn {first}(&mut self, event: &{name}) {{ .. }}` that does both"
        ),
    )
}

pub(crate) fn events_of_one_name(event: impl ToTokens, other: &str, variant: &Ident) -> Error {
    let name = written(&event);
    error(
        event,
        format_args!(
            "`{other}` and `{name}` would be one variant `{variant}` of the enum of events"
        ),
        format_args!("write `use {name} as Other{variant};` and `event: &Other{variant}`"),
    )
}

pub(crate) fn upcast_without_event(method: &Ident) -> Error {
    error(
        method,
        "an `#[upcast]` function takes the event that is no longer applied",
        format_args!("write `fn {method}(old: OldEvent) -> ..`"),
    )
}

pub(crate) fn upcast_with_self(
    receiver: &Receiver,
    method: &Ident,
    event: Option<&syn::Path>,
) -> Error {
    let event = event.map_or("OldEvent".to_owned(), written);
    error(
        receiver,
        "an `#[upcast]` function has no state: what was stored means the same whatever came before it",
        format_args!("write `fn {method}(old: {event}) -> ..`"),
    )
}

pub(crate) fn upcast_returns_nothing(at: impl ToTokens, method: &Ident, event: &str) -> Error {
    error(
        at,
        format_args!("the `#[upcast]` function `{method}` does not say what `{event}` is today"),
        format_args!(
            "return events: `fn {method}(old: {event}) -> AccountOpened`; if it became nothing, write \
             `#[aggregate(retired(\"{event}\"))]` above the struct, and remove the function"
        ),
    )
}

pub(crate) fn upcast_with_two_parameters(second: impl ToTokens) -> Error {
    error(
        second,
        "an `#[upcast]` function takes an event and nothing else: what was stored means the same, always",
        "leave it out",
    )
}

pub(crate) fn upcast_of_no_event(ty: &Type) -> Error {
    error(
        ty,
        "an `#[upcast]` function takes one event, a struct marked `#[event]`",
        "write `old: OldEvent`",
    )
}

pub(crate) fn upcast_by_reference(ty: &Type, name: &Pat, event: &syn::Path) -> Error {
    error(
        ty,
        "an `#[upcast]` function takes the old event by value: nobody else sees it",
        format_args!("write `{}: {}`", written(name), written(event)),
    )
}

pub(crate) fn upcast_of_an_applied_event(
    event: &syn::Path,
    method: &Ident,
    apply: &Ident,
) -> Error {
    let name = written(event);
    error(
        event,
        format_args!("`{name}` is applied by `{apply}`, so it is no old event"),
        format_args!("remove `#[apply] fn {apply}`, or `#[upcast] fn {method}`"),
    )
}

pub(crate) fn upcast_twice(event: &syn::Path, first: &Ident, again: &Ident) -> Error {
    let name = written(event);
    error(
        event,
        format_args!("`{first}` and `{again}` both say what `{name}` is today"),
        format_args!("keep one `#[upcast] fn {first}(old: {name}) -> ..`"),
    )
}
