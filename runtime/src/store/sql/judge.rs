//! What becomes of the commits of a batch, for a store that has looked all of them up.

use std::collections::HashMap;

use uuid::Uuid;

use crate::store::walk::Walk;
use crate::store::{Commit, Lookup, Outcome, Recording, StreamName};

/// What becomes of a batch.
pub(in crate::store) struct Judged<'a> {
    pub(in crate::store) outcomes: Vec<Outcome>,
    /// The commits that are to be written.
    pub(in crate::store) written: Vec<&'a Commit>,
}

/// Walks the batch from what was looked up for each commit, and from where the log ends.
pub(in crate::store) fn judge<'a>(
    batch: &'a [Commit],
    found: &[Lookup],
    mut end: u64,
) -> Judged<'a> {
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
