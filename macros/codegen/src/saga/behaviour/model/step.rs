//! What a step does, and which stand before it.

use std::collections::BTreeMap;

use super::super::parse::{AfterKey, HowMany, StepKeys};
use super::{Method, Role};
use crate::saga::graph::Waits;
use syn::ext::IdentExt;

pub(crate) struct Step {
    pub(crate) keys: StepKeys,
    pub(crate) kind: Kind,
    /// The steps that it waits for, by their numbers.
    pub(crate) waits: Waits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Effect,
    Awaits,
}

impl From<StepKeys> for Step {
    fn from(keys: StepKeys) -> Self {
        let kind = match (&keys.awaits, &keys.effect) {
            (Some(_), _) => Kind::Awaits,
            (None, Some(_)) => Kind::Effect,
            (None, None) => Kind::Call,
        };
        Self {
            keys,
            kind,
            waits: Waits::default(),
        }
    }
}

/// Says of each step which it waits for: without `after`, the one that is written before it.
pub(super) fn link(methods: &mut [Method]) {
    let steps = methods.iter().filter(|method| method.step().is_some());
    let numbers: BTreeMap<_, _> = steps.map(Method::name).zip(0..).collect();
    let steps = methods
        .iter_mut()
        .filter_map(|method| match &mut method.role {
            Role::Step(step) => Some(step),
            _ => None,
        });
    for (number, step) in steps.enumerate() {
        step.waits = match &step.keys.after {
            Some(after) => waits(after, &numbers),
            None => Waits {
                steps: number.checked_sub(1).into_iter().collect(),
                count: number.min(1),
            },
        };
    }
}

fn waits(after: &AfterKey, numbers: &BTreeMap<String, usize>) -> Waits {
    let steps = after.steps.iter();
    let known = steps.filter_map(|step| numbers.get(&step.unraw().to_string()));
    let steps: Vec<usize> = known.copied().collect();
    let count = match &after.how_many {
        HowMany::All => steps.len(),
        HowMany::Any => 1,
        HowMany::Count(count) => count.base10_parse().unwrap_or_default(),
    };
    Waits { steps, count }
}
