//! Of the keys of `#[step]`, and of the steps as a whole.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Error, LitInt, LitStr};

use super::error;
use crate::syntax::similar::similar;

pub(crate) fn invalid_duration(written: &LitStr) -> Error {
    error(
        written,
        format_args!("`{}` is not a duration", written.value()),
        "write a number from 1 on and its unit: `\"200ms\"`, `\"30s\"`, `\"5m\"`, `\"2h\"`, `\"1d\"`",
    )
}

pub(crate) fn retry_without_times(key: &Ident) -> Error {
    error(
        key,
        "`retry` does not say how often",
        "write `retry(times = 5, backoff = \"200ms\")`",
    )
}

pub(crate) fn invalid_times(times: &LitInt) -> Error {
    error(
        times,
        "a step is tried again at least once, and at most 2^32 - 1 times",
        "write `times = 5`, or leave `retry(..)` out",
    )
}

pub(crate) fn on_timeout_without_timeout(instead: &Ident) -> Error {
    error(
        instead,
        format_args!("nothing says when it is time for `{instead}`"),
        format_args!("write `timeout = \"30s\", on_timeout = {instead}`"),
    )
}

pub(crate) fn undo_and_no_undo(undo: &Ident) -> Error {
    error(
        undo,
        "the step says that there is nothing to undo, and how it is undone",
        "keep one of `undo` and `no_undo`",
    )
}

pub(crate) fn pivot_and_no_undo(no_undo: &Ident) -> Error {
    error(
        no_undo,
        "once a pivot is done, nothing is undone, itself neither",
        "leave `no_undo` out",
    )
}

pub(crate) fn undo_of_pivot(undo: &Ident) -> Error {
    error(
        undo,
        "once a pivot is done, nothing is undone, itself neither",
        "leave out `undo`, or leave out `pivot`",
    )
}

pub(crate) fn undo_after_pivot(undo: &Ident, step: &Ident, pivot: &Ident) -> Error {
    error(
        undo,
        format_args!("`{step}` stands after the pivot `{pivot}`, and so is never undone"),
        "leave `undo` out: what follows a pivot is tried until it is done",
    )
}

pub(crate) fn correlate_without_awaits(correlate: &Ident) -> Error {
    error(
        correlate,
        "only an event is correlated, and this step takes none",
        "write `awaits = PaymentConfirmed` beside it, or leave it out",
    )
}

pub(crate) fn awaits_and_effect(effect: &Ident) -> Error {
    error(
        effect,
        "a step either awaits an event, or has an effect of its own",
        "write two steps: one with `effect`, and after it one with `awaits = ..`",
    )
}

pub(crate) fn undo_of_awaited(undo: &Ident, step: &Ident) -> Error {
    error(
        undo,
        format_args!("`{step}` only waits for an event: there is nothing of it to undo"),
        "leave this out; what the event brought about is undone by a step before it",
    )
}

pub(crate) fn retry_of_awaited(retry: &Ident, step: &Ident) -> Error {
    error(
        retry,
        format_args!("`{step}` only waits for an event: there is nothing to try again"),
        "leave `retry` out; `timeout = \"2h\"` says how long it waits",
    )
}

pub(crate) fn unknown_undo(undo: &Ident, undos: &[String]) -> Error {
    let wrong = format!("there is no method `{undo}`");
    match similar(&undo.unraw().to_string(), undos.iter().map(String::as_str)) {
        Some(meant) => error(undo, wrong, format_args!("did you mean `undo = {meant}`?")),
        None => error(
            undo,
            wrong,
            format_args!("write `#[undo] fn {undo}(&self) -> Call<..> {{ .. }}`"),
        ),
    }
}

pub(crate) fn unmarked_undo(undo: &Ident) -> Error {
    error(
        undo,
        format_args!("the method `{undo}` is not marked `#[undo]`"),
        format_args!("write `#[undo]` above `fn {undo}(&self) -> Call<..>`"),
    )
}

pub(crate) fn undo_of_another_kind(undo: &Ident) -> Error {
    error(
        undo,
        format_args!("the method `{undo}` is called for something else"),
        "write a method of its own: `#[undo] fn undo_this(&self) -> Call<..> { .. }`",
    )
}

pub(crate) fn unused_undo(undo: &Ident) -> Error {
    error(
        undo,
        format_args!("no step is undone by `{undo}`"),
        format_args!("write `#[step(undo = {undo})]` above the step, or remove `{undo}`"),
    )
}

pub(crate) fn unknown_on_timeout(instead: &Ident, methods: &[String]) -> Error {
    let wrong = format!("there is no method `{instead}`");
    let similar = similar(
        &instead.unraw().to_string(),
        methods.iter().map(String::as_str),
    );
    match similar {
        Some(meant) => error(
            instead,
            wrong,
            format_args!("did you mean `on_timeout = {meant}`?"),
        ),
        None => error(
            instead,
            wrong,
            format_args!("write `fn {instead}(&self) -> Call<..> {{ .. }}`"),
        ),
    }
}

pub(crate) fn on_timeout_of_another_kind(instead: &Ident) -> Error {
    error(
        instead,
        format_args!("the method `{instead}` is called for something else"),
        "write a method of its own, without an attribute: `fn too_late(&self) -> Call<..> { .. }`",
    )
}

pub(crate) fn on_timeout_undoes(instead: &Ident) -> Error {
    error(
        instead,
        format_args!(
            "`{instead}` undoes a step, and after `on_timeout` the saga goes on as if the step were done"
        ),
        "leave `on_timeout` out: a step that takes too long has failed, and what was done is undone; or write a method \
         of its own, without an attribute: `fn too_late(&self) -> Call<..> { .. }`",
    )
}

pub(crate) fn empty_step_name(was: &LitStr) -> Error {
    error(was, "a step always had a name", "leave it out")
}

pub(crate) fn step_name_twice(was: &LitStr) -> Error {
    error(
        was,
        format_args!(
            "a step is called `{}` already, or was: those that wait there would be lost",
            was.value()
        ),
        "leave it out here",
    )
}

pub(crate) fn after_itself(step: &Ident) -> Error {
    error(
        step,
        format_args!("`{step}` would wait for itself"),
        "leave it out",
    )
}

pub(crate) fn after_twice(step: &Ident) -> Error {
    error(
        step,
        format_args!("`{step}` is named already"),
        "leave it out here",
    )
}

pub(crate) fn unknown_step(step: &Ident, steps: &[String], is_a_method: bool) -> Error {
    if is_a_method {
        return error(
            step,
            format_args!("the method `{step}` is not a step"),
            format_args!("write `#[step]` above `fn {step}`, or name a step"),
        );
    }
    let wrong = format!("there is no step `{step}`");
    match similar(&step.unraw().to_string(), steps.iter().map(String::as_str)) {
        Some(meant) => error(step, wrong, format_args!("did you mean `{meant}`?")),
        None => error(
            step,
            wrong,
            format_args!("the steps are `{}`", steps.join("`, `")),
        ),
    }
}

pub(crate) fn after_any_of_none(after: &Ident) -> Error {
    error(
        after,
        "`any_of` names no step, so that none could be done before this one",
        "write `after = any_of(debit, reserve)`; `after = []` is for one of the first",
    )
}

pub(crate) fn invalid_count(count: &LitInt, there: usize) -> Error {
    let help = match there {
        0 => "name the steps: `after = count(2, a, b, c)`; `after = []` is for one of the first"
            .to_owned(),
        1 => "write `after = [a]`, or name more steps: `after = count(2, a, b, c)`".to_owned(),
        _ => format!("write a number from 1 to {there}"),
    };
    error(
        count,
        format_args!("{count} of {there} cannot be done"),
        help,
    )
}

pub(crate) fn cyclic_steps(after: &Ident, cycle: &[String]) -> Error {
    let first = cycle.first().map_or("", String::as_str);
    error(
        after,
        format_args!(
            "these steps wait for each other, so that none is ever done: `{}` after `{first}`",
            cycle.join("` after `")
        ),
        "take one of them out of the `after` of another",
    )
}

pub(crate) fn step_without_undo(step: &Ident, other: &Ident) -> Error {
    let undo = format!("undo_{}", step.unraw());
    error(
        step,
        format_args!("`{step}` may be done when `{other}` fails, and nothing says how to undo it"),
        format_args!(
            "write `#[step(undo = {undo})]` here, and `#[undo] fn {undo}(&self) -> Call<..> {{ .. }}`; or `#[step(no_undo)]`, if it may stay done"
        ),
    )
}
