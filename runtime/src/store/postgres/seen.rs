//! Versions of streams that are in the database for sure, so that a batch need not search for each once more.

use hashlink::LruCache;

use crate::store::{Commit, Outcome, StreamName};

/// How many streams are kept: some ten megabytes with names of common length.
const KEPT: usize = 65_536;

/// What is stored stays, so that what was seen holds for as long as the server is the same one.
pub(super) struct Seen(LruCache<StreamName, u64>);

impl Default for Seen {
    fn default() -> Self {
        // It grows with what is in it.
        Self(LruCache::new(KEPT))
    }
}

impl Seen {
    pub(super) fn holds(&mut self, stream: &StreamName, version: u64) -> bool {
        version == 0 || self.0.get(stream).is_some_and(|seen| *seen >= version)
    }

    /// Takes over what was written.
    pub(super) fn learn(&mut self, batch: &[Commit], outcomes: &[Outcome]) {
        for (commit, outcome) in batch.iter().zip(outcomes) {
            if matches!(outcome, Outcome::Written { .. }) {
                self.0.insert(commit.stream.clone(), commit.version());
            }
        }
    }

    /// A server that was lost may come back as an older copy of itself.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
