//! What can be wrong with the keys of the steps, each by itself, and with the methods that they name.

use std::collections::BTreeSet;

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::super::model::{Behaviour, Kind, Method, Role, Step};
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::duration::Duration;

pub(super) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    for (method, step) in behaviour.steps() {
        check_its_times(step, diagnostics);
        check_its_keys_go_together(method, step, diagnostics);
        check_what_undoes_it(step, behaviour, diagnostics);
        check_what_is_done_instead(step, behaviour, diagnostics);
    }
    check_each_undo_is_used(behaviour, diagnostics);
    check_names_of_the_past(behaviour, diagnostics);
}

fn check_its_times(step: &Step, diagnostics: &mut Diagnostics) {
    let keys = &step.keys;
    let retry = keys.retry.as_ref();
    for duration in [
        keys.timeout.as_ref(),
        retry.and_then(|retry| retry.backoff.as_ref()),
    ] {
        if let Some(Duration {
            written,
            millis: None,
        }) = duration
        {
            diagnostics.push(messages::invalid_duration(written));
        }
    }
    match retry.map(|retry| (&retry.key, &retry.times)) {
        Some((key, None)) => diagnostics.push(messages::retry_without_times(key)),
        Some((_, Some(times))) if !matches!(times.base10_parse::<u32>(), Ok(1..)) => {
            diagnostics.push(messages::invalid_times(times));
        }
        _ => {}
    }
}

fn check_its_keys_go_together(method: &Method, step: &Step, diagnostics: &mut Diagnostics) {
    let keys = &step.keys;
    if let (Some(on_timeout), None) = (&keys.on_timeout, &keys.timeout) {
        diagnostics.push(messages::on_timeout_without_timeout(on_timeout));
    }
    match (&keys.undo, &keys.pivot, &keys.no_undo) {
        (Some(undo), _, Some(_)) => diagnostics.push(messages::undo_and_no_undo(undo)),
        (None, Some(_), Some(no_undo)) => diagnostics.push(messages::pivot_and_no_undo(no_undo)),
        (Some(undo), Some(_), None) => diagnostics.push(messages::undo_of_pivot(undo)),
        _ => {}
    }
    if step.kind == Kind::Awaits {
        check_it_only_waits(method, step, diagnostics);
    } else if let Some((correlate, _)) = &keys.correlate {
        diagnostics.push(messages::correlate_without_awaits(correlate));
    }
}

fn check_it_only_waits(method: &Method, step: &Step, diagnostics: &mut Diagnostics) {
    let (keys, method) = (&step.keys, &method.sig.ident);
    if let Some(effect) = &keys.effect {
        diagnostics.push(messages::awaits_and_effect(effect));
    }
    if let Some(undo) = keys.undo.as_ref().or(keys.no_undo.as_ref()) {
        diagnostics.push(messages::undo_of_awaited(undo, method));
    }
    if let Some(retry) = &keys.retry {
        diagnostics.push(messages::retry_of_awaited(&retry.key, method));
    }
}

fn check_what_undoes_it(step: &Step, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let Some(undo) = &step.keys.undo else { return };
    match behaviour.method(undo).map(|method| &method.role) {
        Some(Role::Undo(_)) => {}
        Some(Role::Instead) => diagnostics.push(messages::unmarked_undo(undo)),
        Some(_) => diagnostics.push(messages::undo_of_another_kind(undo)),
        None if behaviour.others.contains(undo) => diagnostics.push(messages::unmarked_undo(undo)),
        None => {
            let undos = names(behaviour, |role| matches!(role, Role::Undo(_)));
            diagnostics.push(messages::unknown_undo(undo, &undos));
        }
    }
}

fn check_what_is_done_instead(step: &Step, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let Some(instead) = &step.keys.on_timeout else {
        return;
    };
    match behaviour.method(instead).map(|method| &method.role) {
        Some(Role::Instead) => {}
        Some(Role::Undo(_)) => diagnostics.push(messages::on_timeout_undoes(instead)),
        Some(_) => diagnostics.push(messages::on_timeout_of_another_kind(instead)),
        None => {
            let others = behaviour.others.iter();
            let all: Vec<_> = others.map(|other| other.unraw().to_string()).collect();
            diagnostics.push(messages::unknown_on_timeout(instead, &all));
        }
    }
}

fn names(behaviour: &Behaviour, wanted: fn(&Role) -> bool) -> Vec<String> {
    let methods = behaviour.methods.iter();
    methods
        .filter(|method| wanted(&method.role))
        .map(Method::name)
        .collect()
}

/// Where a step names none that there is, it may mean any of them.
fn check_each_undo_is_used(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let mut undos = behaviour
        .steps()
        .filter_map(|(_, step)| step.keys.undo.as_ref());
    if undos.any(|undo| behaviour.method(undo).is_none()) {
        return;
    }
    let used = |undo: &Ident| {
        behaviour.steps().any(|(_, step)| {
            let named = [&step.keys.undo, &step.keys.on_timeout];
            named.into_iter().flatten().any(|name| name == undo)
        })
    };
    for method in &behaviour.methods {
        if matches!(method.role, Role::Undo(_)) && !used(&method.sig.ident) {
            diagnostics.push(messages::unused_undo(&method.sig.ident));
        }
    }
}

/// A name says which step an instance waits at.
fn check_names_of_the_past(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeSet<_> = behaviour.steps().map(|(method, _)| method.name()).collect();
    for (_, step) in behaviour.steps() {
        for was in &step.keys.was {
            if was.value().is_empty() {
                diagnostics.push(messages::empty_step_name(was));
            } else if !seen.insert(was.value()) {
                diagnostics.push(messages::step_name_twice(was));
            }
        }
    }
}
