//! What has changed between two locks, and what that means for what is stored.

mod advice;
mod attributes;
mod entries;
mod golden;
mod report;
mod sagas;
mod shape;
mod wire;

use crate::lock::{EventKey, Lock};

/// What changes from one lock to another, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each change. None, if and only if the two are equal.
    pub changes: Vec<Change>,
}

/// One change of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What it means for what is stored.
    pub impact: Impact,
    /// What has changed.
    pub entry: LockEntry,
    /// What has changed about it, and what to do, in words: `` `memo: String` was added; write .. ``.
    pub what: String,
}

/// What an entry of the lock is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockEntry {
    /// The aggregate of this name.
    Aggregate(String),
    /// One version of an event.
    Event(EventKey),
    /// The type of this name in the fields of events.
    Value(String),
    /// The saga of this name.
    Saga(String),
}

/// What a change means for what was stored before it, and is read by the code after it.
///
/// The other direction, old code that still runs and reads what new code stores, is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// All that was stored is read as it is:
    ///
    /// - a new event, version, aggregate, value or saga, a new name among those of an aggregate, a new step of a saga:
    ///   nothing was stored in it;
    /// - a saga is at a later version, and has all the steps that it had;
    /// - a new variant of an enum that is a value: nothing was stored with it;
    /// - a new field that may be missing: an `Option<..>` without a `with` of serde's, or one with `#[serde(default)]`
    ///   or `#[serde(skip)]`, on the field or, `default` only, on the type. Not in a tuple: that is as long as it is;
    /// - `wire` is another where that comes from such additions in other types, or is known on one side only;
    /// - a golden payload that is new, gone, or another one of the same shape.
    Compatible,
    /// What was stored is still there, but has to be converted: the event needs a new version, and a way from the old
    /// one. That is so when a version or a value was changed in place:
    ///
    /// - a field was added that may not be missing;
    /// - a field was removed: what was stored in it would be dropped unseen;
    /// - the type of a field or the contents of a variant changed, and be it to a wider type: how it is stored is up to
    ///   the two types, and the lock knows only how they are written;
    /// - an attribute of serde's was added, removed or changed;
    /// - `wire` changed although what is declared did not: a type in a field, perhaps of another crate, is stored
    ///   otherwise;
    /// - the golden payload has another shape, where `wire` is not known.
    NeedsUpcast,
    /// What was stored is out of reach of what is checked, or of today's code:
    ///
    /// - a version of an event, a value or an aggregate is gone, or a stored name of an aggregate: it may still be
    ///   stored, and nothing holds any more that it can be read;
    /// - a variant of an enum that is a value is gone: what was stored with it cannot be read;
    /// - a saga is gone, or a step of it, whatever its version: those that stand there cannot go on;
    /// - a saga is at an earlier version: those that were started at the later one are left alone.
    Breaking,
}

/// What changes from `before` to `after`.
///
/// ```
/// use gesta_lock::{Impact, Lock, difference};
///
/// let before: Lock = "event Withdrawn v1\n    cents: u64\n".parse()?;
/// let after: Lock = "event Withdrawn v1\n    cents: u64\n    memo: String\n".parse()?;
///
/// let difference = difference(&before, &after);
/// assert_eq!(difference.impact(), Some(Impact::NeedsUpcast));
/// assert_eq!(
///     difference.to_string(),
///     "needs upcast   event Withdrawn v1: `memo: String` was added; \
///      write `#[event(version = 2)]` and `#[since(2, default)]` on the field\n"
/// );
/// # Ok::<(), gesta_lock::LockError>(())
/// ```
#[must_use]
pub fn difference(before: &Lock, after: &Lock) -> Difference {
    let mut changes = entries::aggregates(before, after);
    changes.extend(entries::events(before, after));
    changes.extend(entries::values(before, after));
    changes.extend(sagas::changes(before, after));
    Difference { changes }
}

impl Difference {
    /// The worst that a change means. `None` if nothing has changed.
    #[must_use]
    pub fn impact(&self) -> Option<Impact> {
        self.changes.iter().map(|change| change.impact).max()
    }
}
