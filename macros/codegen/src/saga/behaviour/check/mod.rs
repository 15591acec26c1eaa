//! What can be wrong with the impl block of a saga.

mod graph;
mod keys;
mod method;

use std::collections::BTreeMap;

use super::model::{Behaviour, Method, Role};
use crate::diagnostics::Diagnostics;
use crate::syntax::types;
use crate::{krate, messages};

pub(crate) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    krate::check(behaviour.krate_path.as_ref(), diagnostics);
    check_it_is_the_impl_of_a_plain_struct(behaviour, diagnostics);
    check_something_happens(behaviour, diagnostics);
    for each in &behaviour.methods {
        method::check(each, behaviour, diagnostics);
    }
    check_each_event_is_taken_once(behaviour, diagnostics);
    check_there_is_one(Role::is_completed, behaviour, diagnostics);
    check_there_is_one(Role::is_failed, behaviour, diagnostics);
    keys::check(behaviour, diagnostics);
    graph::check(behaviour, diagnostics);
}

fn check_it_is_the_impl_of_a_plain_struct(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let item = &behaviour.item;
    if let Some((path, _)) = &item.trait_ {
        diagnostics.push(messages::saga_trait_impl(path, &item.self_ty));
    } else if !item.generics.params.is_empty() {
        diagnostics.push(messages::generic_saga(&item.generics));
    }
    if behaviour.this.is_none() {
        diagnostics.push(messages::unsupported_saga_type(&item.self_ty));
    }
}

/// It starts, and then there is something to do; or each event is a saga by itself.
fn check_something_happens(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let mut methods = behaviour.methods.iter();
    if behaviour.item.trait_.is_some() {
        return;
    }
    let Some(first) = behaviour.methods.first() else {
        return diagnostics.push(messages::saga_without_methods(&behaviour.item.self_ty));
    };
    let start = methods.find(|each| matches!(each.role, Role::Start(_)));
    let goes_on = |each: &Method| matches!(each.role, Role::Step(_) | Role::On(_));
    match start {
        None if !behaviour.is_stateless => {
            let seeing = |each: &&Method| each.sig.receiver().is_some();
            let never = behaviour.methods.iter().find(seeing).unwrap_or(first);
            let may_be_stateless = matches!(never.role, Role::On(_));
            diagnostics.push(messages::never_started(&never.sig.ident, may_be_stateless));
        }
        Some(start) if !behaviour.methods.iter().any(goes_on) => {
            diagnostics.push(messages::started_for_nothing(&start.sig.ident));
        }
        _ => {}
    }
}

/// Methods with a `cfg` may be there one without the other.
fn check_each_event_is_taken_once(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for each in behaviour.methods.iter().filter(|each| each.cfgs.is_empty()) {
        let (Some(event), method) = (each.taken(), &each.sig.ident) else {
            continue;
        };
        if let Some(first) = seen.insert(types::written(event), method) {
            diagnostics.push(messages::taken_twice_by_a_saga(event, first, method));
        }
    }
}

fn check_there_is_one(
    is_it: fn(&Role) -> bool,
    behaviour: &Behaviour,
    diagnostics: &mut Diagnostics,
) {
    let mut all = behaviour.methods.iter().filter(|each| is_it(&each.role));
    let Some(first) = all.next() else { return };
    for again in all {
        if let Some(attribute) = &again.attribute {
            let name = types::written(attribute.path());
            diagnostics.push(messages::second_hook(attribute, &name, &first.sig.ident));
        }
    }
}
