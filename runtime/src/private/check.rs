//! What does not compile, though each part of it does: names and versions that do not go together.

use super::kind::{DeclaredRoot, Handles};
use super::text::{Message, text};
use crate::aggregate::Aggregate;
use crate::event::{Event, EventKey, Events, Former, Upcast};
use crate::projection::Mode;

/// The versions that the event `Old` reads, as the first of those that `New` reads, whose own begin with `first`.
///
/// # Panics
/// If `New` does not go on where `Old` ends: the panic is the compiler's error.
#[track_caller]
#[must_use]
pub const fn former<Old: Event + Upcast<New>, New: Event>(first: u32) -> Former<New> {
    if !same(Old::NAME, New::NAME) && !contains(New::WAS, Old::NAME) {
        refuse(
            Message::EMPTY
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
            Message::EMPTY
                .with("the event of `from` is at version ")
                .with_number(Old::VERSION)
                .with(", and this one comes after it\nhelp: write `version = ")
                .with_number(Old::VERSION.saturating_add(1))
                .with("`"),
        );
    }
    if Old::VERSION >= first {
        refuse(
            Message::EMPTY
                .with("the event of `from` is at version ")
                .with_number(Old::VERSION)
                .with(" and becomes today's struct at once, so what changed up to version ")
                .with_number(Old::VERSION.saturating_add(1))
                .with(" is not told here\nhelp: leave out the attributes of these versions, and see to it in the `From`"),
        );
    }
    if Old::VERSION + 1 < first {
        refuse(
            Message::EMPTY
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

/// Stops the compiler with these words.
///
/// # Panics
/// Always.
#[track_caller]
#[expect(clippy::panic, reason = "it is the compiler's error")]
pub(super) const fn refuse(why: Message) -> ! {
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
                Message::EMPTY
                    .with("`")
                    .with(name)
                    .with("` is retired, and a method of the aggregate takes it all the same\n")
                    .with("help: leave it out of `retired(..)`, or remove the `#[apply]` or `#[upcast]` method"),
            );
        }
        types = rest;
    }
}

/// Does not compile if documents of the projection have no keys but the ids of their aggregates.
///
/// # Panics
/// If they have not: the panic is the compiler's error.
#[track_caller]
pub const fn assert_keyed<P: DeclaredRoot>() {
    if matches!(<P::Handler as Handles<P>>::MODE, Mode::Live) {
        refuse(
            Message::EMPTY
                .with("a `live` projection is folded from the stream of one aggregate, whose id is the key\n")
                .with("help: leave this key out, or leave out `live`"),
        );
    }
}

/// Does not compile unless the projection is kept in tables.
///
/// # Panics
/// If it is not: the panic is the compiler's error.
#[track_caller]
pub const fn assert_tables<P: DeclaredRoot>() {
    if !<P::Handler as Handles<P>>::IN_TABLES {
        refuse(
            Message::EMPTY
                .with("this method writes tables, and the struct is declared without `sql`\n")
                .with("help: write `#[projection(sql, of(..))]` above the struct; or, for documents, `fn name(&mut self, event: &E)` here"),
        );
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
                Message::EMPTY
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

/// Does not compile unless each of these names is one of the aggregate's, and read in versions up to the one that stands
/// beside it, or retired.
///
/// # Panics
/// If one is not: the panic is the compiler's error.
#[track_caller]
pub const fn assert_claimed<A: Aggregate>(locked: &[(&str, u32)]) {
    let mut rest = locked;
    while let [(name, version), others @ ..] = rest {
        if !claims::<A>(name, *version) {
            refuse(
                Message::EMPTY
                    .with("events.lock holds `")
                    .with(name)
                    .with("` v")
                    .with_number(*version)
                    .with(" of `")
                    .with(A::NAME)
                    .with("`, which no event of the aggregate reads\nhelp: if the struct has another name now, write `#[event(was = [\"")
                    .with(name)
                    .with("\"])]` above it, or `name = \"")
                    .with(name)
                    .with("\"`\nhelp: if its version was taken back, raise it again: `version = ")
                    .with_number(*version)
                    .with("`\nhelp: if such events no longer matter, write `#[aggregate(retired(\"")
                    .with(name)
                    .with("\"))]`; if they are other events now, an `#[upcast]` function\nhelp: if they were never stored, delete their lines in events.lock"),
            );
        }
        rest = others;
    }
}

const fn claims<A: Aggregate>(name: &str, version: u32) -> bool {
    let mut types = <A::Event as Events>::TYPES;
    while let [first, rest @ ..] = types {
        if is_one_of(&[name], &first.key) {
            return first.key.version >= version;
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

pub(super) const fn same(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while let ([a, lefts @ ..], [b, rights @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (lefts, rights);
    }
    left.is_empty() && right.is_empty()
}
