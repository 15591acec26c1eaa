//! What can be wrong with a method that writes tables.

use proc_macro2::Ident;
use syn::{PatType, Signature, Type};

use super::super::model::{Behaviour, Handler, Hook, HookMethod, Takes, is_sql};
use super::{check_it_takes_an_event, check_what_it_takes_beside};
use crate::diagnostics::Diagnostics;
use crate::syntax::types;
use crate::{messages, method};

pub(super) fn check(behaviour: &Behaviour, shown_by: &Ident, diagnostics: &mut Diagnostics) {
    for handler in &behaviour.handlers {
        if handler.writes() {
            check_it_can_write(&handler.sig, diagnostics);
            check_its_parameters(handler, diagnostics);
        } else {
            diagnostics.push(messages::document_among_tables(
                &handler.sig.ident,
                shown_by,
            ));
        }
        if let Some((key, _)) = handler.keys.key.as_ref().or(handler.keys.keys.as_ref()) {
            diagnostics.push(messages::key_of_tables(key));
        }
    }
    for hook in &behaviour.hooks {
        check_it_can_write(&hook.sig, diagnostics);
        check_it_takes_the_transaction_alone(hook, diagnostics);
        check_it_is_no_handler(hook, behaviour, diagnostics);
    }
    for hook in [Hook::Setup, Hook::Teardown] {
        check_there_is_one(hook, behaviour, diagnostics);
    }
}

fn check_it_can_write(sig: &Signature, diagnostics: &mut Diagnostics) {
    if sig.asyncness.is_none() {
        diagnostics.push(messages::blocking_method_of_tables(
            sig.fn_token,
            &sig.ident,
        ));
    }
    method::check_it_can_be_called(sig, diagnostics);
    if let Some(receiver) = sig.receiver() {
        diagnostics.push(messages::self_of_tables(receiver, &sig.ident));
    }
}

fn check_its_parameters(handler: &Handler, diagnostics: &mut Diagnostics) {
    let method = &handler.sig.ident;
    let (sql, others): (Vec<_>, Vec<_>) = handler.parameters().partition(|each| is_sql(each));
    check_it_takes_an_event(handler, &others, diagnostics);
    let unknown = messages::unknown_parameter_of_tables;
    check_what_it_takes_beside(&others, &[Takes::Recorded], unknown, diagnostics);
    for again in sql.iter().skip(1) {
        diagnostics.push(messages::parameter_of_on_again(again));
    }
    match sql.first() {
        None => diagnostics.push(messages::on_without_sql(method)),
        Some(sql) if !handler.parameters().last().is_some_and(is_sql) => {
            diagnostics.push(messages::sql_not_last(sql));
        }
        Some(sql) => check_it_is_the_transaction(sql, diagnostics),
    }
}

fn check_it_is_the_transaction(sql: &PatType, diagnostics: &mut Diagnostics) {
    let is_borrowed = match types::ungrouped(&sql.ty) {
        Type::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    };
    if !is_borrowed {
        diagnostics.push(messages::sql_by_value(sql));
    }
}

fn check_it_takes_the_transaction_alone(hook: &HookMethod, diagnostics: &mut Diagnostics) {
    let parameters: Vec<_> = method::parameters(&hook.sig).collect();
    match parameters.as_slice() {
        [sql] if is_sql(sql) => check_it_is_the_transaction(sql, diagnostics),
        _ => diagnostics.push(messages::parameters_of_hook(&hook.sig, hook.hook.name())),
    }
}

fn check_it_is_no_handler(hook: &HookMethod, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let handlers = behaviour.handlers.iter().map(|each| each.index);
    let others = behaviour.hooks.iter().filter(|each| each.hook != hook.hook);
    let is_first = hook.hook == Hook::Setup;
    let others = others.filter(|_| is_first).map(|each| each.index);
    if handlers.chain(others).any(|index| index == hook.index) {
        diagnostics.push(messages::hook_of_two_kinds(
            &hook.attribute,
            &hook.sig.ident,
        ));
    }
}

/// Methods with a `cfg` may be there one without the other.
fn check_there_is_one(hook: Hook, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let all = behaviour.hooks.iter().filter(|each| each.hook == hook);
    let mut all = all.filter(|each| each.cfgs.is_empty());
    let Some(first) = all.next() else { return };
    for again in all {
        let method = &first.sig.ident;
        diagnostics.push(messages::second_hook(&again.attribute, hook.name(), method));
    }
}
