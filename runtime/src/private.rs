//! What generated code may touch, and nothing else does. Not part of the public API.

pub use core::clone::Clone;
pub use core::convert::{From, Infallible, Into};
pub use core::default::Default;
pub use core::fmt::{Debug, Display, Formatter, Result as FmtResult};
pub use core::option::Option;
pub use core::prelude::v1::test;
pub use core::result::Result;
pub use core::str::FromStr;
pub use core::{assert, concat, env, include_bytes, option_env};
pub use std::string::String;
pub use std::vec::Vec;

use std::error::Error;

pub use serde;

pub use crate::aggregate::{
    Aggregate, AggregateId, AggregateRoot, Command, CommandContext, Existence, IntoEvents,
    Snapshots,
};
use crate::event::EventKey;
pub use crate::event::{Event, EventObject, EventOf, EventType, Events, Former, SplitInto};
pub use crate::lock::{Locked, Stored, check_aggregate, check_event, check_value, sampled, stored};

/// What a command gives: its events, or the refusal.
pub type Decision<A> = Result<Vec<<A as Aggregate>::Event>, <A as AggregateRoot>::Error>;

/// Whether events were added: they were, or this is the refusal.
pub type Added<A> = Result<(), <A as AggregateRoot>::Error>;

/// The events of what a command method returned.
///
/// # Errors
/// The refusal, if it is one.
pub fn decided<A: Aggregate>(returned: impl IntoEvents<A>) -> Decision<A> {
    let mut events = Vec::with_capacity(1);
    returned.add_to(&mut events)?;
    Ok(events)
}

/// What an old event gives: the events that it is today, or why it is none.
pub type Split<A> = Result<Vec<<A as Aggregate>::Event>, Box<dyn Error + Send + Sync>>;

/// The events of what an `#[upcast]` function returned.
///
/// # Errors
/// The refusal, if it is one.
pub fn split<A: Aggregate>(returned: impl IntoEvents<A>) -> Split<A> {
    decided(returned).map_err(Into::into)
}

/// Adds one event.
///
/// # Errors
/// None.
pub fn add<T, R>(event: impl Into<T>, events: &mut Vec<T>) -> Result<(), R> {
    events.push(event.into());
    Ok(())
}

/// The event in a variant. That it is one is said where [`EventOf`] is implemented, and nowhere again.
pub fn object<T, E: EventOf<T>>(event: &E) -> &dyn EventObject {
    event
}

/// A clone of the variant that holds the event.
pub fn cloned<T, E: EventOf<T>>(event: &E) -> T {
    event.clone().into()
}

/// Stands in a command whose method does not compile.
///
/// # Errors
/// None.
pub fn inert<C: Command>(_: &C, _: &C::Aggregate, _: &CommandContext) -> Decision<C::Aggregate> {
    Ok(Vec::new())
}

/// Does not compile unless the aggregate has an `#[aggregate] impl` block.
pub const fn assert_aggregate<A: Aggregate>() {}

/// What is read of an event that had no fields: `null` of `struct Closed;`, `{}` of `struct Closed {}`.
pub struct NoFields;

impl<'de> serde::Deserialize<'de> for NoFields {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| Self)
    }
}

impl serde::Serialize for NoFields {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_unit()
    }
}

/// Does not compile unless the event `New`, whose oldest own version is `first`, goes on where `Old` ends.
///
/// # Panics
/// If it does not: the panic is the compiler's error.
#[track_caller]
pub const fn assert_follows<Old: Event, New: Event>(first: u32) {
    let is_same = same(Old::NAME, New::NAME) || contains(New::WAS, Old::NAME);
    assert!(
        is_same,
        "the event after `from = ` is stored under another name\n\
         help: write `#[event(name = \"..\")]` above it with the name that this event has, or list its name here in \
         `was = [\"..\"]`"
    );
    assert!(
        Old::VERSION + 1 == first,
        "the event after `from = ` is not of the version before\n\
         help: it is read as today's struct straight away, so the oldest change written here is two versions above it"
    );
}

/// Does not compile if an event of the aggregate has a retired name.
///
/// # Panics
/// If one has: the panic is the compiler's error.
#[track_caller]
pub const fn assert_retired<A: Aggregate>(name: &str) {
    let mut types = <A::Event as Events>::TYPES;
    while let [first, rest @ ..] = types {
        assert!(
            !is_one_of(&[name], &first.key),
            "the event is retired, and a method of the aggregate takes it all the same\n\
             help: leave the name out of `retired(..)`, or remove the `#[apply]` or `#[upcast]` method"
        );
        types = rest;
    }
}

/// Does not compile if a name of this event is that of an event before it.
///
/// # Panics
/// If it is: the panic is the compiler's error.
#[track_caller]
pub const fn assert_name<T: Events>(index: usize) {
    let (before, rest) = T::TYPES.split_at(index);
    let Some((event, _)) = rest.split_first() else {
        return;
    };
    let key = &event.key;
    let mut others = before;
    while let [first, rest @ ..] = others {
        let taken = is_one_of(&[first.key.name], key) || is_one_of(first.key.was, key);
        assert!(
            !taken,
            "another event of the aggregate is stored under the name of this one\n\
             help: write `#[event(name = \"..\")]` above one of the two structs, with a name of its own"
        );
        others = rest;
    }
}

/// Whether the event has one of these names, or had.
const fn is_one_of(names: &[&str], key: &EventKey) -> bool {
    let mut rest = names;
    while let [first, others @ ..] = rest {
        if same(first, key.name) || contains(key.was, first) {
            return true;
        }
        rest = others;
    }
    false
}

/// Whether an event of the aggregate is read under this name and in this version, or whether the name is retired.
#[must_use]
pub const fn claims<A: Aggregate>(name: &str, version: u32) -> bool {
    let mut types = <A::Event as Events>::TYPES;
    while let [first, rest @ ..] = types {
        if is_one_of(&[name], &first.key) {
            // Under a former name it may have had versions of its own.
            return first.key.version >= version || contains(first.key.was, name);
        }
        types = rest;
    }
    contains(A::RETIRED, name)
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut rest = names;
    while let [first, others @ ..] = rest {
        if same(first, name) {
            return true;
        }
        rest = others;
    }
    false
}

const fn same(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let ([a, lefts @ ..], [b, rights @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (lefts, rights);
    }
    left.is_empty() && right.is_empty()
}

/// What [`AggregateRoot::snapshots`] gives.
#[must_use]
pub fn snapshots<A: Snapshot>(every: u64, fingerprint: u64) -> Snapshots<A> {
    Snapshots::every(every, fingerprint)
}

/// State that can be kept as a snapshot.
#[diagnostic::on_unimplemented(
    message = "the state of `{Self}` cannot be stored as a snapshot",
    label = "neither stored as JSON nor read back",
    note = "write `#[derive(serde::Serialize, serde::Deserialize)]` above `struct {Self}`"
)]
pub trait Snapshot: serde::Serialize + serde::de::DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<A: serde::Serialize + serde::de::DeserializeOwned + 'static> Snapshot for A {}

/// The stored name of a command: `Account` and `open` make `Account.open`, whatever name `Account` is stored under.
#[must_use]
pub const fn command_name<A: AggregateRoot>(method: &str) -> Text {
    Text::EMPTY.with(A::NAME).with(".").with(method)
}

/// A text that is put together while the program compiles.
pub struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl Text {
    const EMPTY: Self = Self {
        bytes: [0; 512],
        len: 0,
    };

    /// The text, and another behind it.
    #[expect(
        clippy::indexing_slicing,
        reason = "it is called in constants: a text too long does not compile"
    )]
    const fn with(mut self, text: &str) -> Self {
        let (text, mut at) = (text.as_bytes(), 0);
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }
}

/// The text.
#[must_use]
pub const fn text(text: &Text) -> &str {
    match str::from_utf8(text.bytes.split_at(text.len).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}
