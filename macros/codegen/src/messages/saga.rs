//! Of `#[saga]`, and of the methods in its impl block.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Error, LitInt, LitStr, PatType, Path, Receiver, Type};

use super::error;
use crate::names;
use crate::syntax::types::{referred, written};

pub(crate) fn saga_on_another_item(keyword: TokenStream, what: &str) -> Error {
    error(
        keyword,
        format_args!("`#[saga]` stands on a struct and on its impl block, not on {what}"),
        "write `#[saga] pub struct MoveMoney { .. }` and `#[saga] impl MoveMoney { .. }`",
    )
}

pub(crate) fn generic_saga(generics: impl ToTokens) -> Error {
    error(
        generics,
        "a saga cannot be generic: what is stored has one name and one type",
        "write `struct MoveMoney` and `impl MoveMoney` without parameters",
    )
}

pub(crate) fn saga_where_clause(clause: impl ToTokens) -> Error {
    error(clause, "a saga has no `where` clause", "leave it out")
}

pub(crate) fn invalid_saga_name(name: &LitStr) -> Error {
    error(
        name,
        "the stored name of a saga has 1 to 100 of these: ASCII letters, digits, `_`, `-`, `.`",
        "write `name = \"MoveMoney\"`",
    )
}

pub(crate) fn invalid_saga_version(version: &LitInt) -> Error {
    error(
        version,
        "the version of a saga is a number from 1 to 2^32 - 1",
        "write `version = 2` for the first change; without the key it is 1",
    )
}

pub(crate) fn key_of_the_saga(key: &Ident, example: &str) -> Error {
    error(
        key,
        format_args!("the key `{key}` belongs to the struct, not to its impl block"),
        format_args!("write `#[saga({example})]` above the struct, and `#[saga]` here"),
    )
}

pub(crate) fn key_in_a_saga(key: &Ident) -> Error {
    error(
        key,
        format_args!(
            "`{key}` says which document of a projection an event is for, and this is a saga"
        ),
        "write `correlate = event.order_id`, with the id of the saga",
    )
}

pub(crate) fn saga_trait_impl(path: impl ToTokens, this: impl ToTokens) -> Error {
    let this = this.to_token_stream();
    error(
        path,
        "`#[saga]` stands on the inherent impl block, not on the impl of a trait",
        format_args!("write `#[saga] impl {this} {{ .. }}`, with the `#[step]` methods"),
    )
}

pub(crate) fn unsupported_saga_type(this: impl ToTokens) -> Error {
    error(
        this,
        "a saga is a struct without parameters",
        "write `#[saga] impl MoveMoney { .. }`",
    )
}

pub(crate) fn saga_without_methods(this: impl ToTokens) -> Error {
    let name = this.to_token_stream();
    error(
        this,
        format_args!(
            "`{name}` does nothing: not one method is marked `#[start]`, `#[step]` or `#[on]`"
        ),
        "write `#[start] fn start(event: &SomethingHappened) -> Self { .. }` and `#[step] fn first(&self) -> Call<..> { .. }`",
    )
}

pub(crate) fn never_started(method: &Ident, may_be_stateless: bool) -> Error {
    let or = match may_be_stateless {
        true => format!("; or leave `self` out, if `{method}` needs no state"),
        false => String::new(),
    };
    error(
        method,
        format_args!("nothing starts the saga, so that `{method}` is never called"),
        format_args!("write `#[start] fn start(event: &SomethingHappened) -> Self {{ .. }}`{or}"),
    )
}

pub(crate) fn started_for_nothing(method: &Ident) -> Error {
    error(
        method,
        "the saga starts, and then there is nothing that it does",
        "write `#[step] fn first(&self) -> Call<..> { .. }`, or an `#[on]` method",
    )
}

pub(crate) fn second_mark(attribute: &Attribute, method: &Ident) -> Error {
    error(
        attribute,
        format_args!("`{method}` is marked twice"),
        "keep one: a method starts the saga, is a step, undoes one, ends the saga, or takes an event",
    )
}

pub(crate) fn taken_twice_by_a_saga(event: &Path, first: &Ident, again: &Ident) -> Error {
    error(
        event,
        format_args!("`{}` is taken by `{first}` already", written(event)),
        format_args!(
            "put both into one method and remove `{again}`, or make two sagas of this one"
        ),
    )
}

pub(crate) fn effect_not_async(keyword: impl ToTokens, method: &Ident) -> Error {
    error(
        keyword,
        format_args!("the effect `{method}` waits for the outside, and is not async"),
        format_args!("write `async fn {method}`"),
    )
}

pub(crate) fn async_in_a_saga(asyncness: impl ToTokens, method: &Ident, is_step: bool) -> Error {
    let effect = match is_step {
        true => format!(
            "; for what happens outside of the store, `#[step(effect)] async fn {method}(&self, ctx: &EffectContext) -> Result<..>`"
        ),
        false => "; what happens outside of the store is a step of its own: `#[step(effect)] async fn ..`".to_owned(),
    };
    error(
        asyncness,
        format_args!(
            "`{method}` cannot be async: it is asked again after a crash, and must say the same"
        ),
        format_args!("write `fn {method}`{effect}"),
    )
}

pub(crate) fn start_with_self(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` makes the saga, so that there is none yet that it could see"),
        format_args!("write `fn {method}(event: &SomethingHappened) -> Self`"),
    )
}

pub(crate) fn no_self_in_a_saga(method: &Ident, takes_an_event: bool) -> Error {
    let wanted = match takes_an_event {
        true => "&mut self, event: &..",
        false => "&self",
    };
    error(
        method,
        format_args!("`{method}` does not see the saga that it belongs to"),
        format_args!("write `fn {method}({wanted})`"),
    )
}

pub(crate) fn saga_by_value(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` takes an event into the saga, which goes on after it"),
        "write `&mut self`",
    )
}

pub(crate) fn saga_not_shared(receiver: &Receiver, method: &Ident) -> Error {
    error(
        receiver,
        format_args!("`{method}` only looks at the saga: what changes it are events that it takes"),
        "write `&self`",
    )
}

pub(crate) fn unknown_in_a_saga(parameter: &PatType, method: &Ident, takes: &[String]) -> Error {
    error(
        parameter,
        format_args!("`{method}` does not get this"),
        format_args!("it may take {}, and nothing else", takes.join(", ")),
    )
}

pub(crate) fn no_event_of_a_saga(ty: &Type) -> Error {
    error(
        ty,
        "an event is a struct marked `#[event]`",
        "write `event: &SomethingHappened`",
    )
}

pub(crate) fn by_value_in_a_saga(parameter: &PatType) -> Error {
    let ty = written(&referred(&parameter.ty));
    error(
        &parameter.ty,
        "what a method of a saga takes, it borrows",
        format_args!("write `{}: &{ty}`", written(&parameter.pat)),
    )
}

pub(crate) fn saga_without_event(method: &Ident, is_start: bool, awaited: Option<&Path>) -> Error {
    let event = names::pascal(&method.unraw().to_string());
    let wanted = match (awaited, is_start) {
        (Some(awaited), _) => format!("fn {method}(&mut self, event: &{})", written(awaited)),
        (None, true) => format!("fn {method}(event: &SomethingHappened) -> Self"),
        (None, false) => format!("fn {method}(&mut self, event: &{event})"),
    };
    error(
        method,
        format_args!("`{method}` does not say which event it takes"),
        format_args!("write `{wanted}`"),
    )
}

pub(crate) fn awaits_another(ty: &Type, method: &Ident, awaited: &Path) -> Error {
    let awaited = written(awaited);
    error(
        ty,
        format_args!("`{method}` awaits `{awaited}`, and takes another event"),
        format_args!("write `event: &{awaited}`, or name this one in `awaits = ..`"),
    )
}

pub(crate) fn start_without_saga(method: &Ident) -> Error {
    error(
        method,
        format_args!("`{method}` makes no saga"),
        format_args!(
            "write `fn {method}(event: &..) -> Self`, or `-> Option<Self>` if not every such event starts one"
        ),
    )
}

pub(crate) fn nothing_without_state(method: &Ident) -> Error {
    error(
        method,
        format_args!(
            "`{method}` has no state to change and sends nothing, so that nothing happens"
        ),
        format_args!("write `fn {method}(event: &..) -> Call<..>`"),
    )
}

pub(crate) fn effect_without_result(method: &Ident) -> Error {
    error(
        method,
        format_args!("the effect `{method}` does not say whether it came about"),
        format_args!("write `async fn {method}(..) -> Result<(), E>`, with an error of your own"),
    )
}

pub(crate) fn without_call(method: &Ident, is_step: bool) -> Error {
    let effect = match is_step {
        true => "; for what happens outside of the store, write `#[step(effect)]`",
        false => "",
    };
    error(
        method,
        format_args!("`{method}` returns no call, so that nothing would be sent"),
        format_args!(
            "write `fn {method}(&self) -> Call<..>`, and return the command with its address: `Withdraw {{ .. }}.to(&self.from)`{effect}"
        ),
    )
}

pub(crate) fn cfg_in_a_saga(cfg: &Attribute) -> Error {
    error(
        cfg,
        "what a saga does is the same in every build: one may start it, and another go on",
        "leave the attribute out; to do nothing, return `Option<Call<..>>`",
    )
}
