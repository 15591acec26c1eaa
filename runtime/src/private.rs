//! What generated code may touch, and nothing else does. Not part of the public API.

pub use core::clone::Clone;
pub use core::convert::{From, Infallible, Into};
pub use core::default::Default;
pub use core::fmt::{Debug, Display, Formatter, Result as FmtResult};
pub use core::option::Option;
pub use core::result::Result;
pub use core::str::FromStr;
pub use std::string::String;
pub use std::vec::Vec;

use std::error::Error;

pub use serde;

pub use crate::aggregate::{
    Aggregate, AggregateId, AggregateRoot, Command, CommandContext, Existence, IntoEvents,
    Snapshots,
};
use crate::event::EventKey;
pub use crate::event::{Event, EventObject, EventOf, EventType, Events, Former, SplitInto, Upcast};

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

/// The versions that the event `Old` reads, as the first of those that `New` reads, whose own begin with `first`.
///
/// # Panics
/// If `New` does not go on where `Old` ends: the panic is the compiler's error.
#[track_caller]
#[must_use]
pub const fn former<Old: Event + Upcast<New>, New: Event>(first: u32) -> Former<New> {
    if !same(Old::NAME, New::NAME) && !contains(New::WAS, Old::NAME) {
        refuse(
            Text::EMPTY
                .with("the event of `from` is stored as `")
                .with(Old::NAME)
                .with("`, and this one as `")
                .with(New::NAME)
                .with("`\nhelp: write `#[event(name = \"")
                .with(New::NAME)
                .with("\")]` above the old struct; or, if the stored name did change, `was = [\"")
                .with(Old::NAME)
                .with("\"]` here"),
        );
    }
    if Old::VERSION >= New::VERSION {
        refuse(
            Text::EMPTY
                .with("the event of `from` is at version ")
                .with_number(Old::VERSION)
                .with(", and this one comes after it\nhelp: write `version = ")
                .with_number(Old::VERSION.saturating_add(1))
                .with("`"),
        );
    }
    if Old::VERSION >= first {
        refuse(
            Text::EMPTY
                .with("the event of `from` is at version ")
                .with_number(Old::VERSION)
                .with(" and becomes today's struct at once, so what changed up to version ")
                .with_number(Old::VERSION.saturating_add(1))
                .with(" is not told here\nhelp: leave out the attributes of these versions, and see to it in the `From`"),
        );
    }
    if Old::VERSION + 1 < first {
        refuse(
            Text::EMPTY
                .with("nothing says what version ")
                .with_number(Old::VERSION + 1)
                .with(" changed: the event of `from` is at version ")
                .with_number(Old::VERSION)
                .with(", and the attributes here go back to version ")
                .with_number(first)
                .with("\nhelp: write the change as an attribute, or the version that follows: `version = ")
                .with_number(Old::VERSION + 1)
                .with("`"),
        );
    }
    Former::event::<Old>()
}

/// The value that a field has since it changed.
pub fn changed<Old, New>(with: fn(Old) -> New, old: Old) -> New {
    with(old)
}

/// A value for a field that older events have not.
#[must_use]
pub fn default<T: HasDefault>() -> T {
    T::default_value()
}

/// What bare `default` stands for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default",
    label = "no default for older events",
    note = "write a value: `#[since(.., default = ..)]`"
)]
pub trait HasDefault {
    /// [`Default::default`].
    fn default_value() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {
    fn default_value() -> Self {
        Self::default()
    }
}

/// The value of `default = ".."`.
#[must_use]
pub fn from_text<T: FromText>(text: &'static str) -> T {
    T::from_text(text)
}

/// What a text in quotes can be the default of.
#[diagnostic::on_unimplemented(
    message = "a text does not become a `{Self}`",
    label = "a text, not a `{Self}`",
    note = "write a value of its type, such as `default = 0` for a number"
)]
pub trait FromText {
    /// [`Into::into`].
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T> FromText for T
where
    &'static str: Into<T>,
{
    fn from_text(text: &'static str) -> Self {
        text.into()
    }
}

/// Stops the compiler with these words.
///
/// # Panics
/// Always.
#[track_caller]
#[expect(clippy::panic, reason = "it is the compiler's error")]
const fn refuse(why: Text) -> ! {
    panic!("{}", text(&why))
}

/// Does not compile if an event of the aggregate has a retired name.
///
/// # Panics
/// If one has: the panic is the compiler's error.
#[track_caller]
pub const fn assert_retired<A: Aggregate>(name: &str) {
    let mut types = <A::Event as Events>::TYPES;
    while let [first, rest @ ..] = types {
        if is_one_of(&[name], &first.key) {
            refuse(
                Text::EMPTY
                    .with("`")
                    .with(name)
                    .with("` is retired, and a method of the aggregate takes it all the same\n")
                    .with("help: leave it out of `retired(..)`, or remove the `#[apply]` or `#[upcast]` method"),
            );
        }
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
        if is_one_of(&[first.key.name], key) || is_one_of(first.key.was, key) {
            refuse(
                Text::EMPTY
                    .with("another event of the aggregate is stored as `")
                    .with(shared(&first.key, key))
                    .with("` too, or was\n")
                    .with("help: write `#[event(name = \"..\")]` above one of the two structs, with a name of its own"),
            );
        }
        others = rest;
    }
}

/// The name that two events have.
const fn shared<'a>(one: &EventKey, other: &EventKey) -> &'a str {
    let mut rest = one.was;
    while let [first, others @ ..] = rest {
        if is_one_of(&[first], other) {
            return first;
        }
        rest = others;
    }
    one.name
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
pub trait Snapshot: serde::Serialize + serde::de::DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<A: serde::Serialize + serde::de::DeserializeOwned> Snapshot for A {}

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

    /// The text, and a number behind it.
    #[expect(clippy::indexing_slicing, reason = "there are ten digits")]
    const fn with_number(self, number: u32) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = match number / 10 {
            0 => self,
            more => self.with_number(more),
        };
        text.with(DIGITS[(number % 10) as usize])
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
