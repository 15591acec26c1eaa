//! Which documents each event of a batch is folded into.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Document, DocumentHandler};
use crate::dispatch::caught;
use crate::event::check_text;
use crate::feed::{Batch, Decoded, Delivery, said};
use crate::source::Subscriptions;

/// An event that a document takes.
pub(super) struct Step {
    pub(super) key: String,
    /// Which delivery of the batch.
    pub(super) delivery: usize,
    /// Which of the events that it is today; `None` if it cannot be read, and this is the key it is parked under.
    pub(super) event: Option<usize>,
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

/// What is to be done with a batch, for each partition of the keys.
pub(super) struct Routed(pub(super) Vec<Vec<Step>>);

impl Routed {
    pub(super) fn steps(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

/// Routes the events whose position is above `from` and at most `until`.
///
/// # Errors
/// The first event that is of one of the sources, and that no key is known for.
pub(super) fn route<P: Document>(
    subscriptions: &Subscriptions<P>,
    batch: &Batch,
    (from, until): (u64, u64),
    partitions: usize,
) -> Result<Routed, Trouble> {
    let mut routed = Routed((0..partitions).map(|_| Vec::new()).collect());
    for (index, delivery) in batch.events.iter().enumerate() {
        if delivery.recorded.position <= from {
            continue;
        }
        if delivery.recorded.position > until {
            break;
        }
        route_one(subscriptions, index, delivery, &mut |step: Step| {
            let partition = partition(&step.key, partitions);
            if let Some(steps) = routed.0.get_mut(partition) {
                steps.push(step);
            }
        })?;
    }
    Ok(routed)
}

fn route_one<P: Document>(
    subscriptions: &Subscriptions<P>,
    index: usize,
    delivery: &Delivery,
    push: &mut dyn FnMut(Step),
) -> Result<(), Trouble> {
    let stream = &delivery.recorded.stream;
    let events = match &delivery.decoded {
        Decoded::Events(events) => events.as_slice(),
        Decoded::Foreign => return Ok(()),
        Decoded::Unreadable(error) => {
            if subscriptions.may_want(stream.aggregate(), &delivery.name) {
                return unreadable(subscriptions, index, delivery, error, push);
            }
            return Ok(());
        }
    };
    for (number, event) in events.iter().enumerate() {
        let event = event.event();
        let found = subscriptions.handler(stream.aggregate(), event.as_any().type_id());
        let Some(handler) = found.filter(|handler| handler.fold.is_some()) else {
            continue;
        };
        for key in keys(handler, event, delivery)? {
            push(Step {
                key,
                delivery: index,
                event: Some(number),
            });
        }
    }
    Ok(())
}

/// Nobody knows the keys of an event that cannot be read, unless all events of its aggregate have the same one.
fn unreadable<P: Document>(
    subscriptions: &Subscriptions<P>,
    index: usize,
    delivery: &Delivery,
    error: &str,
    push: &mut dyn FnMut(Step),
) -> Result<(), Trouble> {
    let stream = &delivery.recorded.stream;
    let of = subscriptions.aggregates.get(stream.aggregate());
    if of.is_none_or(|of| of.handlers().any(|handler| handler.keys.is_some())) {
        return Err(Trouble::new(delivery, None, error));
    }
    push(Step {
        key: stream.id().to_owned(),
        delivery: index,
        event: None,
    });
    Ok(())
}

fn keys<P>(
    handler: &DocumentHandler<P>,
    event: &dyn crate::event::EventObject,
    delivery: &Delivery,
) -> Result<Vec<String>, Trouble> {
    let recorded = &delivery.recorded;
    let Some(keys) = &handler.keys else {
        return Ok(vec![recorded.stream.id().to_owned()]);
    };
    let trouble = |error: String| Trouble::new(delivery, None, format!("its key: {error}"));
    let keys = caught(|| keys(event, recorded))
        .map_err(|panic| trouble(format!("the code panicked: {panic}")))?
        .map_err(|error| trouble(said(&*error)))?;
    for key in &keys.0 {
        check_text(key).map_err(|error| {
            Trouble::new(delivery, None, format!("its key cannot be one: {error}"))
        })?;
    }
    Ok(keys.0)
}

fn partition(key: &str, partitions: usize) -> usize {
    if partitions < 2 {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    usize::try_from(hasher.finish() % partitions as u64).unwrap_or_default()
}
