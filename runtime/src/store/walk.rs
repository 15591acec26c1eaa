//! The rules by which a store that walks a batch in order judges each commit.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Commit, Lookup, Outcome, Recording, StreamName};

/// One walk over one batch.
///
/// The version alone does not tell whether a commit may be written. If two of a stream were decided on versions 5 and
/// 6, another process wrote version 6 and the first is therefore refused, then the second has the right number, but it
/// was decided on an event that is not the one at version 6.
#[derive(Default)]
pub(super) struct Walk<'a> {
    broken: HashSet<&'a StreamName>,
}

impl<'a> Walk<'a> {
    /// Why a commit is not written; `None` if it is to be.
    pub(super) fn refusal(
        &mut self,
        commit: &'a Commit,
        head: u64,
        known: Option<Recording>,
    ) -> Option<Outcome> {
        if let Some(recording) = known {
            if !commit.events.is_empty() {
                self.broken.insert(&commit.stream);
            }
            return Some(Outcome::Known(recording));
        }
        let broken = !self.broken.is_empty() && self.broken.contains(&commit.stream);
        if broken || head != commit.expected {
            self.broken.insert(&commit.stream);
            return Some(Outcome::Refused);
        }
        None
    }
}

/// What becomes of a batch.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) struct Judged<'a> {
    pub(super) outcomes: Vec<Outcome>,
    /// The commits that are to be written.
    pub(super) written: Vec<&'a Commit>,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
/// Walks the batch from what was looked up for each commit, and from where the log ends.
pub(super) fn judge<'a>(batch: &'a [Commit], found: &[Lookup], mut end: u64) -> Judged<'a> {
    let mut walk = Walk::default();
    let mut heads = HashMap::new();
    let mut recorded: HashMap<(Uuid, &StreamName), Recording> = HashMap::new();
    let mut written = Vec::new();
    let judged = batch.iter().zip(found).map(|(commit, found)| {
        let (version, position) = heads
            .entry(&commit.stream)
            .or_insert((found.version, found.position));
        let key = (commit.meta.command_id, &commit.stream);
        let known = found.known.or_else(|| recorded.get(&key).copied());
        if let Some(refusal) = walk.refusal(commit, *version, known) {
            return refusal;
        }
        if !commit.events.is_empty() {
            end = end.saturating_add(commit.events.len() as u64);
            (*version, *position) = (commit.version(), end);
        }
        recorded.insert(key, Recording::of(commit, *position));
        written.push(commit);
        Outcome::Written {
            position: *position,
        }
    });
    let outcomes = judged.collect();
    Judged { outcomes, written }
}
