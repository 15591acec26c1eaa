//! What a stored event is today.

use std::error::Error;
use std::iter::Chain;
use std::{option, vec};

use super::Event;

/// What a stored event is today: one event in most cases; none if it is retired; several if it was split.
///
/// All have the version and the position of the one that is stored.
#[derive(Debug, Clone)]
pub struct Lifted<T>(Kept<T>);

#[derive(Debug, Clone)]
enum Kept<T> {
    // The one event of most rows takes no memory of its own, and it is moved often: nothing stands beside it.
    One(T),
    Several(Vec<T>),
}

impl<T> Lifted<T> {
    /// No event.
    #[must_use]
    pub const fn none() -> Self {
        Self(Kept::Several(Vec::new()))
    }

    /// One event.
    #[must_use]
    pub const fn one(event: T) -> Self {
        Self(Kept::One(event))
    }

    /// These events, in this order.
    #[must_use]
    pub const fn several(events: Vec<T>) -> Self {
        Self(Kept::Several(events))
    }

    /// The same events as another type.
    pub(crate) fn map<U>(self, as_other: impl FnMut(T) -> U) -> Lifted<U> {
        Lifted(match self.0 {
            Kept::One(event) => Kept::One({ as_other }(event)),
            Kept::Several(events) => Kept::Several(events.into_iter().map(as_other).collect()),
        })
    }

    /// The events, without taking them.
    pub(crate) fn as_slice(&self) -> &[T] {
        match &self.0 {
            Kept::One(event) => std::slice::from_ref(event),
            Kept::Several(events) => events,
        }
    }
}

impl<T> IntoIterator for Lifted<T> {
    type Item = T;
    type IntoIter = Chain<option::IntoIter<T>, vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        let (first, rest) = match self.0 {
            Kept::One(event) => (Some(event), Vec::new()),
            Kept::Several(events) => (None, events),
        };
        first.into_iter().chain(rest)
    }
}

/// An event that is no longer applied: events of the enum `T` stand for it.
///
/// `#[aggregate]` implements it from an `#[upcast]` method.
pub trait SplitInto<T>: Event {
    /// The events that it is today; none of them is stored.
    ///
    /// # Errors
    /// Why it is none. Whatever reads the stream stops there.
    fn split(self) -> Result<Vec<T>, Box<dyn Error + Send + Sync>>;
}
