//! Events that are not those that were asked for.

use std::sync::atomic::{AtomicU64, Ordering};

use gesta::store::{Commit, Outcome, Store, StoreError, StoreFuture};
use uuid::Uuid;

use super::Bug;

/// One batch in so many is doubled.
const DOUBLED: u64 = 2;

/// Writes the events of one command in two transactions.
pub(super) struct Splits;

impl Bug for Splits {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(batch.len());
            for commit in batch {
                outcomes.push(in_two(store, commit).await?);
            }
            Ok(outcomes)
        })
    }
}

/// Writes the first event, then the others. A store has each command id but once, so the rest gets another.
async fn in_two(store: &dyn Store, commit: &Commit) -> Result<Outcome, StoreError> {
    let mut first = commit.clone();
    let rest = first.events.split_off(1.min(first.events.len()));
    let outcome = alone(store, &first).await?;
    if rest.is_empty() || !matches!(outcome, Outcome::Written { .. }) {
        return Ok(outcome);
    }
    let mut second = commit.clone();
    second.events = rest;
    second.expected += 1;
    second.meta.command_id = Uuid::now_v7();
    alone(store, &second).await
}

pub(super) async fn alone(store: &dyn Store, commit: &Commit) -> Result<Outcome, StoreError> {
    let outcomes = store.append(std::slice::from_ref(commit)).await?;
    Ok(outcomes.into_iter().next().unwrap_or(Outcome::Refused))
}

/// Writes an event twice.
#[derive(Default)]
pub(super) struct Doubles(AtomicU64);

impl Bug for Doubles {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut batch = batch.to_vec();
            if self
                .0
                .fetch_add(1, Ordering::SeqCst)
                .is_multiple_of(DOUBLED)
                && let Some(commit) = batch.last_mut()
                && let Some(event) = commit.events.last().cloned()
            {
                commit.events.push(event);
            }
            store.append(&batch).await
        })
    }
}

/// Writes the first event of a command, and no other.
pub(super) struct DropsSecond;

impl Bug for DropsSecond {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut batch = batch.to_vec();
            for commit in &mut batch {
                commit.events.truncate(1);
            }
            store.append(&batch).await
        })
    }
}
