//! Aggregates: state that is folded from events, and the commands that decide on it.

mod call;
mod command;
mod id;
mod into_events;
mod snapshot;

use std::error::Error;

pub use call::Call;
pub use command::{Command, CommandContext, Existence};
pub use id::{AggregateId, IntoId};
pub use into_events::{IntoEvents, Refusal};
pub use snapshot::Snapshots;

use crate::event::{DecodeError, Encoded, Events, Lifted};

/// What an aggregate is: its name, its id, its error. The struct's half of an [`Aggregate`].
///
/// `#[aggregate]` on the struct implements it.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared an aggregate",
    label = "not an aggregate",
    note = "write `#[aggregate]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait AggregateRoot: Default + Send + Sync + 'static {
    /// What tells one instance from another.
    type Id: AggregateId;
    /// Why a command may be refused; [`Infallible`](std::convert::Infallible) if none ever is.
    type Error: Error + Send + Sync + 'static;
    /// The name its streams are stored under: letters, digits, `_`, `-` and `.`, at most 100 of them.
    const NAME: &'static str;
    /// The stored names of events that no longer matter: they are read as none.
    const RETIRED: &'static [&'static str] = &[];

    /// How its state is kept beside the log, so that a long history need not be read; `None` if it is not.
    #[must_use]
    fn snapshots() -> Option<Snapshots<Self>> {
        None
    }
}

/// State that is folded from its events, and nothing else: the impl's half, beside [`AggregateRoot`].
///
/// `#[aggregate]` on the impl block implements it, and calls the `#[apply]` methods in [`apply`](Self::apply).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[aggregate] impl` block",
    label = "no behaviour: not one command, not one event",
    note = "write `#[aggregate]` above `impl {Self}`, and `#[command]` and `#[apply]` on its methods"
)]
pub trait Aggregate: AggregateRoot {
    /// Its events, as an enum.
    type Event: Events;

    /// What the `#[apply]` methods make of stored states: a number that changes when one of them does.
    ///
    /// It is part of what [`Snapshots`] compare. An aggregate without snapshots may leave it.
    const APPLY_FINGERPRINT: u64 = 0;

    /// Takes an event into the state. Pure: the same events give the same state, always.
    fn apply(&mut self, event: &Self::Event);
}

/// Reads what is stored in a stream of the aggregate as the events that it is today.
///
/// # Errors
/// What [`Events::decode`] says, unless the event is retired.
pub(crate) fn read<A: Aggregate>(stored: Encoded<'_>) -> Result<Lifted<A::Event>, DecodeError> {
    match A::Event::decode(stored) {
        Err(DecodeError::Unknown { .. }) if A::RETIRED.contains(&stored.name) => Ok(Lifted::none()),
        read => read,
    }
}
