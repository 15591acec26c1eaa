//! What can be wrong with a method: how it is called, what it takes and what it returns.

use syn::{ReceiverKind, ReturnType};

use super::super::model::{Behaviour, Kind, Method, Parameter, Role, What};
use crate::diagnostics::Diagnostics;
use crate::syntax::{attributes, types};
use crate::{messages, method};

pub(super) fn check(each: &Method, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    method::check_it_can_be_called(&each.sig, diagnostics);
    check_it_is_async_or_not(each, diagnostics);
    check_what_it_sees(each, behaviour, diagnostics);
    for parameter in &each.parameters {
        check_it_takes_this(parameter, each, diagnostics);
    }
    check_it_takes_an_event(each, diagnostics);
    check_it_returns_something(each, behaviour, diagnostics);
    check_it_is_always_there(each, diagnostics);
}

fn check_it_is_async_or_not(each: &Method, diagnostics: &mut Diagnostics) {
    let method = &each.sig.ident;
    match (kind(each), &each.sig.asyncness) {
        (Some(Kind::Effect), None) => {
            diagnostics.push(messages::effect_not_async(each.sig.fn_token, method));
        }
        (Some(Kind::Effect), Some(_)) | (_, None) => {}
        (kind, Some(asyncness)) => diagnostics.push(messages::async_in_a_saga(
            asyncness,
            method,
            kind == Some(Kind::Call),
        )),
    }
}

fn kind(each: &Method) -> Option<Kind> {
    match &each.role {
        Role::Step(step) => Some(step.kind),
        Role::Undo(kind) => Some(*kind),
        _ => None,
    }
}

fn check_what_it_sees(each: &Method, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let method = &each.sig.ident;
    let receiver = each.sig.receiver();
    if let Role::Start(_) = each.role {
        if let Some(receiver) = receiver {
            diagnostics.push(messages::start_with_self(receiver, method));
        }
        return;
    }
    let takes_an_event = each.role.takes().contains(&What::Event);
    let Some(receiver) = receiver else {
        if !behaviour.is_stateless {
            diagnostics.push(messages::no_self_in_a_saga(method, takes_an_event));
        }
        return;
    };
    match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => {}
        ReceiverKind::Reference(_, _, Some(_)) if takes_an_event => {}
        _ if takes_an_event => diagnostics.push(messages::saga_by_value(receiver, method)),
        _ => diagnostics.push(messages::saga_not_shared(receiver, method)),
    }
}

fn check_it_takes_this(parameter: &Parameter, each: &Method, diagnostics: &mut Diagnostics) {
    let (code, method) = (&parameter.code, &each.sig.ident);
    if parameter.what == What::Unknown {
        let takes = each.role.takes().iter().map(|what| usual(*what));
        let takes: Vec<_> = takes.collect();
        diagnostics.push(messages::unknown_in_a_saga(code, method, &takes));
    } else if parameter.what == What::Event && each.event.is_none() {
        diagnostics.push(messages::no_event_of_a_saga(&code.ty));
    } else if !method::is_shared_reference(&code.ty) {
        diagnostics.push(messages::by_value_in_a_saga(code));
    }
}

/// `ctx: &SagaContext`
fn usual(what: What) -> String {
    let ty = what.type_name().unwrap_or("SomethingHappened");
    format!("`{}: &{ty}`", what.usual())
}

fn check_it_takes_an_event(each: &Method, diagnostics: &mut Diagnostics) {
    if !each.role.takes().contains(&What::Event) {
        return;
    }
    let method = &each.sig.ident;
    let awaited = each.step().and_then(|step| step.keys.awaits.as_ref());
    let awaited = awaited.map(|(_, event)| event);
    let Some(parameter) = each.parameter(What::Event) else {
        let is_start = matches!(each.role, Role::Start(_));
        return diagnostics.push(messages::saga_without_event(method, is_start, awaited));
    };
    let Some(event) = &each.event else { return };
    if let Some(awaited) = awaited
        && attributes::last_segment(awaited) != attributes::last_segment(event)
    {
        diagnostics.push(messages::awaits_another(
            &parameter.code.ty,
            method,
            awaited,
        ));
    }
    if let Some((key, expression)) = each.correlate() {
        let code = &parameter.code;
        method::check_the_event_has_a_name_in((key, expression), code, event, diagnostics);
    }
}

fn check_it_returns_something(each: &Method, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let method = &each.sig.ident;
    let is_nothing = match &each.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => types::gives_nothing(ty),
    };
    let is_unsaid = matches!(each.sig.output, ReturnType::Default);
    match &each.role {
        Role::On(_) if behaviour.is_stateless && is_nothing => {
            diagnostics.push(messages::nothing_without_state(method));
        }
        Role::On(_) => {}
        Role::Start(_) if is_nothing => diagnostics.push(messages::start_without_saga(method)),
        Role::Start(_) => {}
        Role::Step(step) => match step.kind {
            Kind::Awaits => {}
            Kind::Effect if is_unsaid => diagnostics.push(messages::effect_without_result(method)),
            Kind::Effect => {}
            Kind::Call if is_nothing => {
                diagnostics.push(messages::without_call(method, true));
            }
            Kind::Call => {}
        },
        Role::Undo(Kind::Effect) if is_unsaid => {
            diagnostics.push(messages::effect_without_result(method));
        }
        Role::Undo(Kind::Effect) => {}
        _ if is_nothing => diagnostics.push(messages::without_call(method, false)),
        _ => {}
    }
}

/// Events may be taken by one build and not by another; what the steps are is the same in all.
fn check_it_is_always_there(each: &Method, diagnostics: &mut Diagnostics) {
    let may_be_gone = matches!(each.role, Role::Start(_) | Role::On(_));
    if let Some(cfg) = each.cfgs.first().filter(|_| !may_be_gone) {
        diagnostics.push(messages::cfg_in_a_saga(cfg));
    }
}
