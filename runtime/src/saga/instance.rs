//! A saga as an aggregate: its stream holds what it took and sent, and the dispatcher decides on it.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use super::call::Sends;
use super::clock::StoreClock;
use super::error::SagaError;
use super::event::{Part, SagaEvent};
use super::graph::Graph;
use super::progress::Progress;
use super::trigger::Trigger;
use super::turn::{Answer, Order, Turn};
use super::{Saga, SagaRoot};
use crate::aggregate::{Aggregate, AggregateRoot, CommandContext, Existence};
use crate::dispatch::Decide;
use crate::event::{EventObject, Recorded};
use crate::feed::{Batch, Decoded, Delivery};
use crate::source::Subscriptions;

/// What the code of a saga says.
pub(crate) struct Definition<S: Saga> {
    pub(crate) graph: Graph<S>,
    pub(crate) subscriptions: Subscriptions<S>,
    /// By the names of the commands.
    pub(crate) sends: HashMap<&'static str, Sends>,
}

impl<S: Saga> Definition<S> {
    pub(crate) fn new() -> Self {
        let graph = S::graph();
        let mut subscriptions = Subscriptions::default();
        S::subscribe(&mut subscriptions);
        let of_steps = graph.steps.iter().flat_map(|step| &step.sends);
        let of_events = subscriptions.handlers().flat_map(|trigger| &trigger.sends);
        let sends = of_steps.chain(&graph.sends).chain(of_events);
        Self {
            sends: sends.map(|sends| (sends.command, *sends)).collect(),
            graph,
            subscriptions,
        }
    }

    /// What takes an event of a delivery.
    pub(crate) fn trigger(
        &self,
        delivery: &Delivery,
        event: &dyn EventObject,
    ) -> Option<&Trigger<S>> {
        let aggregate = delivery.recorded.stream.aggregate();
        self.subscriptions
            .handler(aggregate, event.as_any().type_id())
    }
}

/// A saga of type `S`.
pub(crate) struct Instance<S> {
    progress: Progress,
    of: PhantomData<fn() -> S>,
}

impl<S> Default for Instance<S> {
    fn default() -> Self {
        Self {
            progress: Progress::default(),
            of: PhantomData,
        }
    }
}

impl<S: Saga> AggregateRoot for Instance<S> {
    type Id = String;
    type Error = SagaError;
    const NAME: &'static str = <S as SagaRoot>::NAME;
}

impl<S: Saga> Aggregate for Instance<S> {
    type Event = SagaEvent;

    fn apply(&mut self, event: &SagaEvent) {
        self.progress.apply(event);
    }
}

/// An event that was routed to a saga.
#[derive(Debug, Clone)]
pub(crate) struct Routed {
    pub(crate) batch: Arc<Batch>,
    pub(crate) delivery: usize,
    pub(crate) event: usize,
}

impl Routed {
    pub(crate) fn recorded(&self) -> Option<&Recorded> {
        let delivery = self.batch.events.get(self.delivery)?;
        Some(&delivery.recorded)
    }

    fn parts(&self) -> Option<(&Delivery, &dyn EventObject)> {
        let delivery = self.batch.events.get(self.delivery)?;
        match &delivery.decoded {
            Decoded::Events(events) => Some((delivery, events.as_slice().get(self.event)?.event())),
            _ => None,
        }
    }
}

/// What happens to a saga.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// Nothing: somebody wants to know where it stands.
    Look,
    Take(Routed),
    Answer(Part, u32, Answer),
    Tick,
    Order(Order),
}

/// Where a saga stands after an input, for the one who gave it.
#[derive(Default, Clone)]
pub(crate) struct Outlook(Arc<Mutex<Option<Progress>>>);

impl Outlook {
    fn put(&self, progress: Progress) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    pub(crate) fn take(&self) -> Option<Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Gives an input to a saga.
pub(crate) struct Advance<S: Saga> {
    pub(crate) definition: Arc<Definition<S>>,
    pub(crate) input: Input,
    pub(crate) outlook: Outlook,
    pub(crate) clock: Arc<StoreClock>,
}

impl<S: Saga> Decide<Instance<S>> for Advance<S> {
    fn name(&self) -> &'static str {
        "gesta.saga"
    }

    fn existence(&self) -> Existence {
        Existence::Upsert
    }

    fn decide(
        &self,
        instance: &Instance<S>,
        ctx: &CommandContext,
    ) -> Result<Vec<SagaEvent>, SagaError> {
        let progress = instance.progress.clone();
        let graph = &self.definition.graph;
        let now = self.clock.by_store(ctx.now());
        let mut turn = Turn::new(graph, ctx.aggregate_id(), now, ctx.command_id(), progress)?;
        match &self.input {
            Input::Look => {}
            Input::Take(routed) => {
                if let Some((delivery, event)) = routed.parts()
                    && let Some(trigger) = self.definition.trigger(delivery, event)
                {
                    turn.take(trigger, event, &delivery.recorded);
                }
            }
            Input::Answer(part, attempt, answer) => turn.answer(part, *attempt, answer.clone()),
            Input::Tick => turn.tick(),
            Input::Order(order) => turn.obey(order)?,
        }
        let Turn {
            progress, events, ..
        } = turn;
        self.outlook.put(progress);
        Ok(events)
    }
}
