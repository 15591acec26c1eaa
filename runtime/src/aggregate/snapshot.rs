//! State kept beside the log, so that a long history need not be read from its start.

use std::any::TypeId;
use std::collections::HashMap;
use std::panic::catch_unwind;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use tracing::warn;

use crate::shape::trace;

/// How the state of an aggregate is kept beside its log, and how it is told from the state of older code.
///
/// A snapshot is an optimisation and nothing more: it is written in the transaction that writes the events it holds,
/// so it is never ahead of the log, and one whose fingerprint is not today's is left aside.
pub struct Snapshots<A> {
    pub(crate) every: u64,
    pub(crate) fingerprint: u64,
    /// What serde reads for the state: a number that changes when a type in it does.
    pub(crate) shape: fn() -> u64,
    pub(crate) save: fn(&A) -> Result<String, serde_json::Error>,
    pub(crate) restore: fn(&str) -> Result<A, serde_json::Error>,
}

impl<A: Serialize + DeserializeOwned + 'static> Snapshots<A> {
    /// Keeps the state each time its version passes a multiple of `every` (0 counts as 1).
    ///
    /// `fingerprint` is a number that changes whenever the struct, or what applying an event does to it, changes. What serde
    /// reads for the state is compared too, so that a change of a type in it is found, wherever that type comes from.
    #[must_use]
    pub fn every(every: u64, fingerprint: u64) -> Self {
        Self {
            every: every.max(1),
            fingerprint,
            shape: shape::<A>,
            save: |state| serde_json::to_string(state),
            restore: |json| serde_json::from_str(json),
        }
    }
}

impl<A> Snapshots<A> {
    /// The state as it comes back from a snapshot of it.
    pub(crate) fn round_trip(&self, state: &A) -> Result<A, serde_json::Error> {
        (self.restore)(&(self.save)(state)?)
    }

    /// Whether a snapshot is due when the version goes from `before` to `after`.
    pub(crate) fn is_due(&self, before: u64, after: u64) -> bool {
        before / self.every != after / self.every
    }
}

/// The shape of a state, traced once.
fn shape<A: DeserializeOwned + 'static>() -> u64 {
    static SHAPES: LazyLock<Mutex<HashMap<TypeId, u64>>> = LazyLock::new(Mutex::default);
    let known = |shapes: &HashMap<TypeId, u64>| shapes.get(&TypeId::of::<A>()).copied();
    if let Some(shape) = known(&SHAPES.lock().unwrap_or_else(PoisonError::into_inner)) {
        return shape;
    }
    // Not under the lock: the user's code runs here, on values that are made up, and may not take them.
    let traced = catch_unwind(|| trace::<A>().wire.fingerprint());
    let shape = traced.unwrap_or_else(|_| {
        warn!("the shape of a state is not known: its code panics on values that it does not take");
        0
    });
    let mut shapes = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
    shapes.insert(TypeId::of::<A>(), shape);
    shape
}
