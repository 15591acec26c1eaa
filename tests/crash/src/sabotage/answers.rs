//! Answers that are not true.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use gesta::store::{CommandKey, Commit, Lookup, Outcome, Store, StoreError, StoreFuture};
use uuid::Uuid;

use super::Bug;

/// One batch in so many is dropped.
const DROPPED: u64 = 2;
/// One batch in so many is denied.
const DENIED: u64 = 2;

/// Answers some batches and never writes them.
#[derive(Default)]
pub(super) struct Drops {
    appends: AtomicU64,
    /// The last position that was answered.
    end: AtomicU64,
}

impl Bug for Drops {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let number = self.appends.fetch_add(1, Ordering::SeqCst);
            if number % DROPPED == DROPPED - 1 && is_clean(store, batch).await? {
                return Ok(self.would_be(batch));
            }
            let outcomes = store.append(batch).await?;
            for outcome in &outcomes {
                if let Outcome::Written { position } = outcome {
                    self.end.fetch_max(*position, Ordering::SeqCst);
                }
            }
            Ok(outcomes)
        })
    }
}

impl Drops {
    /// A lie that could be true: the positions that the next batch gets.
    fn would_be(&self, batch: &[Commit]) -> Vec<Outcome> {
        let mut position = self.end.load(Ordering::SeqCst);
        let commits = batch.iter().map(|commit| {
            position += commit.events.len() as u64;
            Outcome::Written { position }
        });
        commits.collect()
    }
}

/// Whether all of the batch would be written.
async fn is_clean(store: &dyn Store, batch: &[Commit]) -> Result<bool, StoreError> {
    let key = |commit: &Commit| CommandKey {
        command_id: commit.meta.command_id,
        stream: commit.stream.clone(),
    };
    let keys: Vec<_> = batch.iter().map(key).collect();
    let found = store.lookup(&keys).await?;
    let mut versions = HashMap::new();
    Ok(batch.iter().zip(found).all(|(commit, found)| {
        let version = versions.entry(&commit.stream).or_insert(found.version);
        let follows = *version == commit.expected;
        *version = commit.version();
        follows && found.known.is_none()
    }))
}

/// Takes a retry for a new command.
pub(super) struct Forgets;

impl Bug for Forgets {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = store.append(batch).await?;
            for (commit, outcome) in batch.iter().zip(&mut outcomes) {
                if matches!(outcome, Outcome::Known(_)) && !commit.events.is_empty() {
                    *outcome = append_anew(store, commit).await?;
                }
            }
            Ok(outcomes)
        })
    }
}

/// Writes the events once more, under an id that nobody has used.
pub(super) async fn append_anew(store: &dyn Store, commit: &Commit) -> Result<Outcome, StoreError> {
    let mut commit = commit.clone();
    commit.meta.command_id = Uuid::now_v7();
    let outcomes = store.append(std::slice::from_ref(&commit)).await?;
    Ok(outcomes.into_iter().next().unwrap_or(Outcome::Refused))
}

/// Writes a batch, says that it did not, and sticks to it.
#[derive(Default)]
pub(super) struct Denies(AtomicU64);

impl Bug for Denies {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let outcomes = store.append(batch).await?;
            if self.0.fetch_add(1, Ordering::SeqCst) % DENIED == DENIED - 1 {
                return Err(StoreError::unavailable("sabotage"));
            }
            Ok(outcomes)
        })
    }

    fn lookup<'a>(
        &'a self,
        store: &'a dyn Store,
        keys: &'a [CommandKey],
    ) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(nothing_known(store, keys))
    }
}

/// Gives each caller of a batch the answer of another.
pub(super) struct Swaps;

impl Bug for Swaps {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = store.append(batch).await?;
            if outcomes.len() > 1 {
                outcomes.rotate_left(1);
            }
            Ok(outcomes)
        })
    }
}

/// Never finds a command id, so that a retry which would be refused now is refused.
pub(super) struct BlindLookup;

impl Bug for BlindLookup {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        store.append(batch)
    }

    fn lookup<'a>(
        &'a self,
        store: &'a dyn Store,
        keys: &'a [CommandKey],
    ) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(nothing_known(store, keys))
    }
}

pub(super) async fn nothing_known(
    store: &dyn Store,
    keys: &[CommandKey],
) -> Result<Vec<Lookup>, StoreError> {
    let mut found = store.lookup(keys).await?;
    found.iter_mut().for_each(|found| found.known = None);
    Ok(found)
}
