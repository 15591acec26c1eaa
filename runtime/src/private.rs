//! What generated code may touch, and nothing else does. Not part of the public API.

pub use core::clone::Clone;
pub use core::convert::{From, Infallible};
pub use core::fmt::{Debug, Display, Formatter, Result as FmtResult};
pub use core::option::Option;
pub use core::result::Result;
pub use core::str::FromStr;
pub use std::string::String;
pub use std::vec::Vec;

pub use serde::{self, Deserialize, Serialize};

pub use crate::__command_name as command_name;
pub use crate::aggregate::{
    Aggregate, AggregateId, AggregateRoot, Apply, Command, CommandContext, Existence, IntoEvents,
    Snapshots,
};
pub use crate::event::{DecodeError, Encoded, Event, EventKey, EventObject, Events};

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

/// Adds one event.
///
/// # Errors
/// None.
pub fn add<E, R>(event: E, events: &mut Vec<E>) -> Result<(), R> {
    events.push(event);
    Ok(())
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
pub trait Snapshot: Serialize + serde::de::DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<A: Serialize + serde::de::DeserializeOwned> Snapshot for A {}

/// `Account` and `open` make `Account.open`, whatever name the aggregate is stored under.
#[doc(hidden)]
#[macro_export]
macro_rules! __command_name {
    ($aggregate:ty, $method:literal) => {{
        const PARTS: [&str; 3] = [<$aggregate as $crate::AggregateRoot>::NAME, ".", $method];
        const BYTES: [u8; $crate::private::joined_len(PARTS)] = $crate::private::joined(PARTS);
        $crate::private::text(&BYTES)
    }};
}

/// How many bytes the parts have together.
#[must_use]
pub const fn joined_len(parts: [&str; 3]) -> usize {
    let [first, second, third] = parts;
    first.len() + second.len() + third.len()
}

/// The bytes of the parts, one after another.
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "constant evaluation: a mistake is a compile error"
)]
pub const fn joined<const N: usize>(parts: [&str; 3]) -> [u8; N] {
    let mut bytes = [0; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let (text, mut from) = (parts[part].as_bytes(), 0);
        while from < text.len() {
            bytes[at] = text[from];
            (at, from) = (at + 1, from + 1);
        }
        part += 1;
    }
    bytes
}

/// The text of the bytes, which are UTF-8.
#[must_use]
pub const fn text(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}
