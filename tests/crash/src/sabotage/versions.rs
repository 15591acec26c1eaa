//! What another process wrote meanwhile is not looked at.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gesta::store::{
    CommandKey, Commit, Lookup, Outcome, Store, StoreError, StoreFuture, StreamName,
};

use super::Bug;
use super::writes::alone;

/// Writes what was decided on a version that the stream has left behind.
pub(super) struct StaleCache;

impl Bug for StaleCache {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(batch.len());
            for commit in batch {
                outcomes.push(wherever_it_ends(store, commit.clone()).await?);
            }
            Ok(outcomes)
        })
    }
}

pub(super) async fn wherever_it_ends(
    store: &dyn Store,
    mut commit: Commit,
) -> Result<Outcome, StoreError> {
    commit.snapshot = None;
    loop {
        let outcome = alone(store, &commit).await?;
        if outcome != Outcome::Refused {
            return Ok(outcome);
        }
        let key = CommandKey {
            command_id: commit.meta.command_id,
            stream: commit.stream.clone(),
        };
        let found = store.lookup(std::slice::from_ref(&key)).await?;
        commit.expected = found.first().map_or(0, |found| found.version);
    }
}

/// Takes what was decided on an old version for written, and does not write it.
pub(super) struct AcceptsRefused;

impl Bug for AcceptsRefused {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = store.append(batch).await?;
            for outcome in &mut outcomes {
                if *outcome == Outcome::Refused {
                    *outcome = Outcome::Written { position: 1 };
                }
            }
            Ok(outcomes)
        })
    }
}

/// Says of a stream where this process left it, whoever has written since.
#[derive(Default)]
pub(super) struct StaleReads(Mutex<HashMap<StreamName, Lookup>>);

impl Bug for StaleReads {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let outcomes = store.append(batch).await?;
            let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (commit, outcome) in batch.iter().zip(&outcomes) {
                let Outcome::Written { position } = *outcome else {
                    // It is read again, and begins there.
                    ends.remove(&commit.stream);
                    continue;
                };
                let end = Lookup {
                    version: commit.version(),
                    position,
                    known: None,
                };
                ends.insert(commit.stream.clone(), end);
            }
            Ok(outcomes)
        })
    }

    fn lookup<'a>(
        &'a self,
        store: &'a dyn Store,
        keys: &'a [CommandKey],
    ) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(async move {
            let mut found = store.lookup(keys).await?;
            let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, found) in keys.iter().zip(&mut found) {
                if let Some(end) = ends.get(&key.stream) {
                    (found.version, found.position) = (end.version, end.position);
                }
            }
            Ok(found)
        })
    }
}
