//! Sagas made up.

use std::time::Duration;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event::{Meta, Recorded};
use crate::projection::HandlerError;
use crate::saga::event::SagaEnded;
use crate::saga::{AnyCall, Graph, IntoCall, Saga, SagaRoot, Sends, Step, Trigger};
use crate::source::{Subscriber, Subscriptions};
use crate::store::StreamName;
use crate::time::Timestamp;

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[derive(Serialize, Deserialize)]
pub(super) struct Walk {}

impl Subscriber for Walk {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Walk {
    const NAME: &'static str = "Walk";
}

/// Its steps are those of a plan.
impl Saga for Walk {
    fn graph() -> Graph<Self> {
        Graph::new()
    }

    fn subscribe(_: &mut Subscriptions<Self>) {}
}

/// A command, or nothing to do, or an error.
struct Says(Option<bool>);

impl IntoCall for Says {
    fn into_call(self) -> Result<Option<AnyCall>, HandlerError> {
        match self.0 {
            None => Err("cannot be made".into()),
            Some(false) => Ok(None),
            Some(true) => Ok(Some(AnyCall {
                aggregate: "Desk",
                id: "1".to_owned(),
                command: "Desk.act",
                json: "{}".to_owned(),
            })),
        }
    }

    fn sends(_: &mut Vec<Sends>) {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Call,
    Nothing,
    Fail,
    Effect,
    Await,
}

#[derive(Debug, Clone)]
pub(super) struct PlannedStep {
    pub(super) does: Does,
    /// Steps before it, by their numbers.
    pub(super) after: Vec<usize>,
    pub(super) count: usize,
    pub(super) has_undo: bool,
    pub(super) undo_is_effect: bool,
    pub(super) is_pivot: bool,
    retries: u32,
    timeout: Option<u16>,
    has_instead: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) steps: Vec<PlannedStep>,
    has_ends: bool,
}

/// Each step stands behind some of those before it.
pub(super) fn plans() -> impl Strategy<Value = Plan> {
    let does = prop_oneof![
        8 => Just(Does::Call),
        1 => Just(Does::Nothing),
        1 => Just(Does::Fail),
        2 => Just(Does::Effect),
        2 => Just(Does::Await),
    ];
    let step = (
        does,
        any::<u8>(),
        any::<usize>(),
        (any::<bool>(), prop::bool::weighted(0.3)),
        prop::bool::weighted(0.15),
        0..3_u32,
        prop::option::of(1..5_000_u16),
        any::<bool>(),
    );
    let steps = prop::collection::vec(step, 1..=NAMES.len());
    (steps, any::<bool>()).prop_map(|(steps, has_ends)| Plan {
        steps: steps
            .into_iter()
            .enumerate()
            .map(
                |(
                    number,
                    (does, before, count, (undo, outside), pivot, retries, timeout, instead),
                )| {
                    let after: Vec<_> = (0..number).filter(|at| before >> at & 1 == 1).collect();
                    PlannedStep {
                        does,
                        count: count.checked_rem(after.len()).map_or(0, |count| count + 1),
                        after,
                        has_undo: undo && !pivot,
                        undo_is_effect: outside,
                        is_pivot: pivot,
                        retries,
                        timeout,
                        has_instead: instead,
                    }
                },
            )
            .collect(),
        has_ends,
    })
}

impl Plan {
    pub(super) fn name(&self, which: usize) -> &'static str {
        NAMES[which % self.steps.len()]
    }

    pub(super) fn find(&self, name: &str) -> &PlannedStep {
        let number = NAMES.iter().position(|each| *each == name).unwrap();
        &self.steps[number]
    }

    /// Those that no other waits for.
    pub(super) fn last_steps(&self) -> impl Iterator<Item = &'static str> {
        let numbers = 0..self.steps.len();
        let last = numbers.filter(|at| !self.steps.iter().any(|step| step.after.contains(at)));
        last.map(|at| NAMES[at])
    }

    pub(super) fn names(&self, step: &PlannedStep) -> Vec<&'static str> {
        step.after.iter().map(|at| NAMES[*at]).collect()
    }

    pub(super) fn awaits(&self, which: usize) -> Option<&'static str> {
        let name = self.name(which);
        (self.find(name).does == Does::Await).then_some(name)
    }

    pub(super) fn graph(&self) -> Graph<Walk> {
        let steps = self.steps.iter().zip(NAMES);
        let graph = steps.fold(Graph::new(), |graph, (step, name)| {
            graph.step(self.step(step, name))
        });
        match self.has_ends {
            true => graph
                .completed("completed", |_, _| Says(Some(true)))
                .failed("failed", |_, _, _| Says(Some(true))),
            false => graph,
        }
    }

    fn step(&self, planned: &PlannedStep, name: &'static str) -> Step<Walk> {
        let mut step = match planned.does {
            Does::Call => Step::call(name, |_, _| Says(Some(true))),
            Does::Nothing => Step::call(name, |_, _| Says(Some(false))),
            Does::Fail => Step::call(name, |_, _| Says(None)),
            Does::Effect => Step::effect(name, |_, _| Box::pin(async { Ok(String::new()) })),
            Does::Await => Step::awaits::<SagaEnded>(name),
        };
        step.after.steps = self.names(planned);
        step.after.count = planned.count;
        step.is_pivot = planned.is_pivot;
        if planned.retries > 0 {
            step = step.retry(planned.retries, Duration::from_millis(200));
        }
        step = match (planned.has_undo, planned.undo_is_effect) {
            (true, true) => step.undo_effect("undo", |_, _| Box::pin(async { Ok(String::new()) })),
            (true, false) => step.undo("undo", |_, _| Says(Some(true))),
            (false, _) => step,
        };
        if let Some(timeout) = planned.timeout {
            step = step.timeout(Duration::from_millis(timeout.into()));
            if planned.has_instead {
                step = step.on_timeout("instead", |_, _| Says(Some(true)));
            }
        }
        step
    }
}

/// An event; which one it is means nothing.
pub(super) fn event() -> SagaEnded {
    SagaEnded { completed: true }
}

pub(super) fn recorded(position: u64) -> Recorded {
    let meta = Meta {
        command_id: Uuid::nil(),
        time: Timestamp::from_micros(0),
        correlation: None,
        causation: None,
        actor: None,
    };
    Recorded::new(
        (),
        StreamName::new("Desk", "s").unwrap(),
        position,
        position,
        meta,
    )
}
