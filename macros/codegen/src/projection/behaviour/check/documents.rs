//! What can be wrong with a method that folds documents.

use syn::ReceiverKind;

use super::super::model::{Behaviour, Handler, Takes};
use super::{check_it_takes_an_event, check_what_it_takes_beside};
use crate::diagnostics::Diagnostics;
use crate::{messages, method};

pub(super) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    for handler in &behaviour.handlers {
        check_it_is_a_method_that_folds(handler, diagnostics);
        let parameters: Vec<_> = handler.parameters().collect();
        check_it_takes_an_event(handler, &parameters, diagnostics);
        check_what_it_takes_beside(
            &parameters,
            &[Takes::Recorded, Takes::Key],
            messages::unknown_parameter_of_on,
            diagnostics,
        );
        check_its_keys_are_said_once(handler, diagnostics);
        check_its_keys_know_the_event(handler, diagnostics);
    }
}

fn check_it_is_a_method_that_folds(handler: &Handler, diagnostics: &mut Diagnostics) {
    let sig = &handler.sig;
    if let Some(asyncness) = &sig.asyncness {
        diagnostics.push(messages::async_on(asyncness, &sig.ident));
    }
    method::check_it_can_be_called(sig, diagnostics);
    match sig.receiver() {
        None => diagnostics.push(messages::on_without_self(&sig.ident)),
        Some(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))) => {
            diagnostics.push(messages::on_receiver(receiver, &sig.ident));
        }
        Some(_) => {}
    }
}

fn check_its_keys_are_said_once(handler: &Handler, diagnostics: &mut Diagnostics) {
    if let (Some(_), Some((keys, _))) = (&handler.keys.key, &handler.keys.keys) {
        diagnostics.push(messages::key_and_keys(keys));
    }
}

fn check_its_keys_know_the_event(handler: &Handler, diagnostics: &mut Diagnostics) {
    let (Some(parameter), Some(event)) = (handler.parameters().next(), &handler.event) else {
        return;
    };
    for (key, expression) in [&handler.keys.key, &handler.keys.keys]
        .into_iter()
        .flatten()
    {
        method::check_the_event_has_a_name_in((key, expression), parameter, event, diagnostics);
    }
}
