//! What can be wrong with an `#[upcast]`.

use syn::{FnArg, PatType, ReturnType, Type};

use crate::aggregate::behaviour::model::Upcast;
use crate::diagnostics::Diagnostics;
use crate::syntax::{attributes, types};
use crate::{messages, method};

pub(super) fn check(upcast: &Upcast, diagnostics: &mut Diagnostics) {
    method::check_it_is_a_plain_function(&upcast.sig, diagnostics);
    check_it_takes_one_event(upcast, diagnostics);
    check_it_returns_something(upcast, diagnostics);
    for cfg in attributes::of(&upcast.attrs, &["cfg"]) {
        diagnostics.push(messages::cfg_on_upcast(&cfg));
    }
}

fn check_it_takes_one_event(upcast: &Upcast, diagnostics: &mut Diagnostics) {
    let method = &upcast.sig.ident;
    let inputs: Vec<_> = upcast.sig.inputs.iter().collect();
    match inputs.as_slice() {
        [] => diagnostics.push(messages::upcast_without_event(method)),
        [FnArg::Receiver(receiver), ..] => {
            diagnostics.push(messages::upcast_with_self(
                receiver,
                method,
                upcast.event.as_ref(),
            ));
        }
        [FnArg::Typed(argument)] => {
            check_it_is_an_event_by_value(argument, upcast, diagnostics);
        }
        [_, second, ..] => diagnostics.push(messages::upcast_with_two_parameters(second)),
    }
}

fn check_it_returns_something(upcast: &Upcast, diagnostics: &mut Diagnostics) {
    let (sig, event) = (&upcast.sig, upcast.event.as_ref());
    let event = event.map_or("OldEvent".to_owned(), types::written);
    let error = match &sig.output {
        ReturnType::Default => messages::upcast_returns_nothing(&sig.ident, &sig.ident, &event),
        ReturnType::Type(_, ty) if types::gives_nothing(ty) => {
            messages::upcast_returns_nothing(ty, &sig.ident, &event)
        }
        ReturnType::Type(..) => return,
    };
    diagnostics.push(error);
}

fn check_it_is_an_event_by_value(
    argument: &PatType,
    upcast: &Upcast,
    diagnostics: &mut Diagnostics,
) {
    let ty = types::ungrouped(&argument.ty);
    match &upcast.event {
        None => diagnostics.push(messages::upcast_of_no_event(ty)),
        Some(event) if matches!(ty, Type::Reference(_)) => {
            diagnostics.push(messages::upcast_by_reference(ty, &argument.pat, event));
        }
        Some(_) => {}
    }
}
