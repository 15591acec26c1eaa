//! What can be wrong with an `#[upcast]`.

use syn::{FnArg, PatType, Type};

use super::method;
use crate::aggregate::behaviour::model::Upcast;
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::{attributes, types};

pub(super) fn check(upcast: &Upcast, diagnostics: &mut Diagnostics) {
    method::check_it_is_a_plain_function(&upcast.sig, diagnostics);
    check_it_takes_one_event(upcast, diagnostics);
    for cfg in attributes::of(&upcast.attrs, &["cfg"]) {
        diagnostics.push(messages::cfg_on_apply(&cfg));
    }
}

fn check_it_takes_one_event(upcast: &Upcast, diagnostics: &mut Diagnostics) {
    let method = &upcast.sig.ident;
    let inputs: Vec<_> = upcast.sig.inputs.iter().collect();
    match inputs.as_slice() {
        [] => diagnostics.push(messages::upcast_without_event(method)),
        [FnArg::Receiver(receiver), ..] => {
            diagnostics.push(messages::upcast_with_self(receiver, method));
        }
        [FnArg::Typed(argument)] => {
            check_it_is_an_event_by_value(argument, upcast, diagnostics);
        }
        [_, second, ..] => diagnostics.push(messages::upcast_with_two_parameters(second)),
    }
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
