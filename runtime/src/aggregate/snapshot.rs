//! State kept beside the log, so that a long history need not be read from its start.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// How the state of an aggregate is kept beside its log, and how it is told from the state of older code.
///
/// A snapshot is an optimisation and nothing more: it is written in the transaction that writes the events it holds,
/// so it is never ahead of the log, and one whose fingerprint is not today's is left aside.
pub struct Snapshots<A> {
    pub(crate) every: u64,
    pub(crate) fingerprint: u64,
    pub(crate) save: fn(&A) -> Result<String, serde_json::Error>,
    pub(crate) restore: fn(&str) -> Result<A, serde_json::Error>,
}

impl<A: Serialize + DeserializeOwned> Snapshots<A> {
    /// Keeps the state each time its version passes a multiple of `every` (0 counts as 1).
    ///
    /// `fingerprint` is a number that changes whenever the struct, or what applying an event does to it, changes.
    #[must_use]
    pub fn every(every: u64, fingerprint: u64) -> Self {
        Self {
            every: every.max(1),
            fingerprint,
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
