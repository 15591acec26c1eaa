//! Sagas as a read model, by which they are found: what is under way, and what is due.

use std::marker::PhantomData;
use std::ops::Bound;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::event::{SagaEvent, each_event};
use super::instance::Instance;
use super::progress::{Phase, Progress};
use super::{Saga, SagaRoot, SagaStatus, event};
use crate::event::Recorded;
use crate::projection::{
    Document, DocumentHandler, IndexEntries, IndexValue, Kind, Projection, ProjectionRoot,
};
use crate::source::{On, Subscriber, Subscriptions};
use crate::store::views::{Cursor, IndexRange};
use crate::time::Timestamp;

/// The indexes of the rows.
const STATUS: u32 = 0;
const DUE: u32 = 1;

/// The sagas of a status.
pub(crate) fn of_status(status: SagaStatus) -> IndexRange {
    let at = Bound::Included(written(&status.as_str()));
    IndexRange {
        index: STATUS,
        from: at.clone(),
        to: at,
    }
}

/// The place of a saga among those of a status, or of any.
pub(crate) fn place(status: Option<SagaStatus>, id: &str) -> Cursor {
    let value = status.map(|status| written(&status.as_str()));
    Cursor {
        value: value.unwrap_or_default(),
        key: id.to_owned(),
    }
}

/// The sagas that somebody has to look after before a time, or at it.
pub(crate) fn due_until(time: Timestamp) -> IndexRange {
    IndexRange {
        index: DUE,
        from: Bound::Unbounded,
        to: Bound::Included(written(&time)),
    }
}

fn written(value: &impl IndexValue) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    bytes
}

impl Progress {
    pub(crate) fn status(&self) -> SagaStatus {
        if self.stuck.is_some() {
            return SagaStatus::Stuck;
        }
        let is_busy = || self.pending.values().any(|pending| pending.is_in_flight());
        match self.phase {
            Phase::Completed => SagaStatus::Completed,
            Phase::Compensated => SagaStatus::Compensated,
            Phase::Undoing => SagaStatus::Compensating,
            _ if self.pending.is_empty() || !self.deferred.is_empty() || is_busy() => {
                SagaStatus::Running
            }
            _ => SagaStatus::Waiting,
        }
    }
}

/// A saga of type `S`, as a document.
pub(crate) struct Row<S> {
    pub(crate) progress: Progress,
    of: PhantomData<fn() -> S>,
}

impl<S> Default for Row<S> {
    fn default() -> Self {
        Self {
            progress: Progress::default(),
            of: PhantomData,
        }
    }
}

impl<S> Serialize for Row<S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        self.progress.serialize(serializer)
    }
}

impl<'de, S> Deserialize<'de> for Row<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            progress: Progress::deserialize(deserializer)?,
            of: PhantomData,
        })
    }
}

impl<S: Saga> Subscriber for Row<S> {
    type Handler = DocumentHandler<Self>;
}

impl<S: Saga> ProjectionRoot for Row<S> {
    const NAME: &'static str = <S as SagaRoot>::NAME;

    fn subscribe(to: &mut Subscriptions<Self>) {
        let mut events = to.aggregate::<Instance<S>>();
        macro_rules! subscribed {
            ($event:ident) => {
                events = events.on::<event::$event>();
            };
        }
        each_event!(subscribed);
        let _ = events;
    }

    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}

impl<S: Saga> Projection for Row<S> {}

impl<S: Saga> Document for Row<S> {
    const INDEXES: &'static [&'static str] = &["status", "due"];

    fn index(&self, entries: &mut IndexEntries) {
        entries.add(STATUS, self.progress.status().as_str());
        if let Some(due) = self.progress.due() {
            entries.add(DUE, &due);
        }
    }
}

macro_rules! folded {
    ($event:ident) => {
        impl<S: Saga> On<event::$event> for Row<S> {
            fn handler() -> DocumentHandler<Self> {
                DocumentHandler::fold(|row: &mut Self, event: &event::$event, _: &Recorded, _| {
                    row.progress.apply(&SagaEvent::from(event.clone()));
                })
            }
        }
    };
}
each_event!(folded);
