//! Which documents each event of a batch is folded into.

use std::borrow::Cow;

use super::{Document, DocumentHandler};
use crate::dispatch::caught;
use crate::event::check_text;
use crate::feed::{Batch, Decoded, Delivery, said};
use crate::source::{AnyEvent, Subscriptions};

/// An event that a document takes.
pub(super) struct Step<'a, P> {
    pub(super) key: Cow<'a, str>,
    pub(super) delivery: &'a Delivery,
    pub(super) taken: Taken<'a, P>,
}

/// How it is taken.
pub(super) enum Taken<'a, P> {
    By(&'a DocumentHandler<P>, &'a dyn AnyEvent),
    /// It cannot be read, and its key is parked.
    Not(&'a str),
}

/// An event that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) position: u64,
    /// The document that does not take it; `None` if it is not known which.
    pub(crate) key: Option<String>,
    pub(crate) error: String,
}

/// What is kept of what was said.
const SAID: usize = 2_000;

impl Trouble {
    /// What was said, as text that every store keeps: no NUL, and not without end.
    pub(super) fn said(&self) -> String {
        let said = self.error.chars().take(SAID);
        said.map(|char| if char == '\0' { '\u{fffd}' } else { char })
            .collect()
    }

    pub(super) fn new(delivery: &Delivery, key: Option<&str>, error: impl ToString) -> Self {
        Self {
            position: delivery.recorded.position,
            key: key.map(str::to_owned),
            error: error.to_string(),
        }
    }
}

/// Routes the events whose position is above `from` and at most `until`.
///
/// # Errors
/// The first event that is of one of the sources, and that no key is known for.
pub(super) fn route<'a, P: Document>(
    subscriptions: &'a Subscriptions<P>,
    batch: &'a Batch,
    (from, until): (u64, u64),
) -> Result<Vec<Step<'a, P>>, Trouble> {
    let mut steps = Vec::with_capacity(batch.events.len());
    let events = batch.events.iter();
    let behind = events.skip_while(|delivery| delivery.recorded.position <= from);
    for delivery in behind.take_while(|delivery| delivery.recorded.position <= until) {
        route_one(subscriptions, delivery, &mut steps)?;
    }
    Ok(steps)
}

fn route_one<'a, P: Document>(
    subscriptions: &'a Subscriptions<P>,
    delivery: &'a Delivery,
    steps: &mut Vec<Step<'a, P>>,
) -> Result<(), Trouble> {
    let aggregate = delivery.recorded.stream.aggregate();
    let events = match &delivery.decoded {
        Decoded::Events(events) => events.as_slice(),
        Decoded::Foreign => return Ok(()),
        Decoded::Unreadable { name, error } => {
            if subscriptions.may_want(aggregate, name) {
                steps.push(unreadable(subscriptions, delivery, error)?);
            }
            return Ok(());
        }
    };
    for event in events {
        let found = subscriptions.handler(aggregate, event.event().as_any().type_id());
        let Some(handler) = found.filter(|handler| handler.fold.is_some()) else {
            continue;
        };
        let mut push = |key| {
            steps.push(Step {
                key,
                delivery,
                taken: Taken::By(handler, &**event),
            });
        };
        match keys(handler, event.event(), delivery)? {
            None => push(Cow::Borrowed(delivery.recorded.stream.id())),
            Some(keys) => keys.into_iter().map(Cow::Owned).for_each(push),
        }
    }
    Ok(())
}

/// Nobody knows the keys of an event that cannot be read, unless all events of its aggregate have the same one.
fn unreadable<'a, P: Document>(
    subscriptions: &Subscriptions<P>,
    delivery: &'a Delivery,
    error: &'a str,
) -> Result<Step<'a, P>, Trouble> {
    let stream = &delivery.recorded.stream;
    let of = subscriptions.aggregates.get(stream.aggregate());
    if of.is_none_or(|of| of.handlers().any(|handler| handler.keys.is_some())) {
        return Err(Trouble::new(delivery, None, error));
    }
    Ok(Step {
        key: Cow::Borrowed(stream.id()),
        delivery,
        taken: Taken::Not(error),
    })
}

/// `None` if it is the id of the aggregate.
fn keys<P>(
    handler: &DocumentHandler<P>,
    event: &dyn crate::event::EventObject,
    delivery: &Delivery,
) -> Result<Option<Vec<String>>, Trouble> {
    let Some(keys) = &handler.keys else {
        return Ok(None);
    };
    let trouble = |error: String| Trouble::new(delivery, None, format!("its key: {error}"));
    let keys = caught(|| keys(event, &delivery.recorded))
        .map_err(|panic| trouble(format!("the code panicked: {panic}")))?
        .map_err(|error| trouble(said(&*error)))?;
    for key in &keys.0 {
        check_text(key).map_err(|error| {
            Trouble::new(delivery, None, format!("its key cannot be one: {error}"))
        })?;
    }
    Ok(Some(keys.0))
}
