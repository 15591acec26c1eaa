//! What can be wrong with the steps as a whole: which stand before which, and what undoes them.

use std::collections::BTreeSet;

use syn::LitInt;
use syn::ext::IdentExt;

use super::super::model::{Behaviour, HowMany, Kind, Method, Step};
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::saga::graph::Graph;

pub(super) fn check(behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let before = diagnostics.len();
    for (method, step) in behaviour.steps() {
        check_what_it_stands_after(method, step, behaviour, diagnostics);
    }
    if diagnostics.len() > before {
        return;
    }
    let graph = Graph::new(
        behaviour
            .steps()
            .map(|(_, step)| step.waits.clone())
            .collect(),
    );
    match graph.cycle() {
        Some(cycle) => report_cycle(&cycle, behaviour, diagnostics),
        None => check_all_can_be_undone(&graph, behaviour, diagnostics),
    }
}

fn check_what_it_stands_after(
    method: &Method,
    step: &Step,
    behaviour: &Behaviour,
    diagnostics: &mut Diagnostics,
) {
    let Some(after) = &step.keys.after else {
        return;
    };
    let steps: Vec<_> = behaviour.steps().map(|(method, _)| method.name()).collect();
    let mut seen = BTreeSet::new();
    for name in &after.steps {
        let text = name.unraw().to_string();
        if text == method.name() {
            diagnostics.push(messages::after_itself(name));
        } else if !steps.contains(&text) {
            let is_a_method = behaviour.method(name).is_some() || behaviour.others.contains(name);
            diagnostics.push(messages::unknown_step(name, &steps, is_a_method));
        } else if !seen.insert(text) {
            diagnostics.push(messages::after_twice(name));
        }
    }
    match &after.how_many {
        HowMany::All => {}
        HowMany::Any if after.steps.is_empty() => {
            diagnostics.push(messages::after_any_of_none(&after.key));
        }
        HowMany::Any => {}
        HowMany::Count(count) => check_so_many_are_there(count, after.steps.len(), diagnostics),
    }
}

fn check_so_many_are_there(count: &LitInt, there: usize, diagnostics: &mut Diagnostics) {
    let is_possible = |count: usize| (1..=there).contains(&count);
    if !count.base10_parse().is_ok_and(is_possible) {
        diagnostics.push(messages::invalid_count(count, there));
    }
}

/// At the `after` of a step that has one: without, none would be in a cycle.
fn report_cycle(cycle: &[usize], behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let steps: Vec<_> = behaviour.steps().collect();
    let steps = cycle.iter().filter_map(|number| steps.get(*number));
    let names: Vec<_> = steps.clone().map(|(method, _)| method.name()).collect();
    let key = steps
        .filter_map(|(_, step)| step.keys.after.as_ref())
        .next();
    if let Some(after) = key {
        diagnostics.push(messages::cyclic_steps(&after.key, &names));
    }
}

/// Every step can fail: then all that are done are undone, unless a pivot is among them.
fn check_all_can_be_undone(graph: &Graph, behaviour: &Behaviour, diagnostics: &mut Diagnostics) {
    let steps: Vec<_> = behaviour.steps().collect();
    for ((number, before), (method, step)) in graph.before().iter().enumerate().zip(&steps) {
        let (keys, ident) = (&step.keys, &method.sig.ident);
        let is_pivot = |number: &&usize| {
            let step = steps.get(**number);
            step.is_some_and(|(_, step)| step.keys.pivot.is_some())
        };
        let pivot = before
            .iter()
            .find(is_pivot)
            .and_then(|number| steps.get(*number));
        if let Some((pivot, _)) = pivot {
            if let Some(undo) = &keys.undo {
                diagnostics.push(messages::undo_after_pivot(undo, ident, &pivot.sig.ident));
            }
            continue;
        }
        let is_said = keys.undo.is_some() || keys.no_undo.is_some() || keys.pivot.is_some();
        let others = steps.iter().enumerate();
        let mut others = others.filter(|(other, _)| *other != number && !before.contains(other));
        if let Some((_, (other, _))) = others.next()
            && !is_said
            && step.kind != Kind::Awaits
        {
            diagnostics.push(messages::step_without_undo(ident, &other.sig.ident));
        }
    }
}
