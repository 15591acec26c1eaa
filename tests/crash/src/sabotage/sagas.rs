//! What sagas stand on, and would not stand without.

use std::sync::atomic::{AtomicU64, Ordering};

use gesta::store::{CommandKey, Commit, Lookup, Outcome, Store, StoreFuture};

use super::Bug;
use super::answers::{append_anew, nothing_known};
use super::versions::wherever_it_ends;
use super::writes::alone;

/// One commit of a saga in so many is dropped.
const DROPPED: u64 = 8;

fn is_of_saga(commit: &Commit) -> bool {
    commit.stream.aggregate() == "MoveMoney"
}

fn is_of_wallet(commit: &Commit) -> bool {
    commit.stream.aggregate() == "Wallet"
}

/// Answers some commits of sagas and never writes them.
#[derive(Default)]
pub(super) struct DropsSagas {
    commits: AtomicU64,
    /// The last position that was answered.
    end: AtomicU64,
}

impl Bug for DropsSagas {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(batch.len());
            for commit in batch {
                let number = || self.commits.fetch_add(1, Ordering::SeqCst);
                if is_of_saga(commit) && number() % DROPPED == DROPPED - 1 {
                    let position = self.end.load(Ordering::SeqCst);
                    outcomes.push(Outcome::Written { position });
                    continue;
                }
                let outcome = alone(store, commit).await?;
                if let Outcome::Written { position } = outcome {
                    self.end.fetch_max(position, Ordering::SeqCst);
                }
                outcomes.push(outcome);
            }
            Ok(outcomes)
        })
    }
}

/// Takes a command that a saga sends again for a new one.
pub(super) struct ForgetsSent;

impl Bug for ForgetsSent {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = store.append(batch).await?;
            for (commit, outcome) in batch.iter().zip(&mut outcomes) {
                let is_again = matches!(outcome, Outcome::Known(_)) && !commit.events.is_empty();
                if is_again && is_of_wallet(commit) {
                    *outcome = append_anew(store, commit).await?;
                }
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

/// Says that a command id is closed, and does not close it.
#[derive(Default)]
pub(super) struct ForgetsClosed {
    /// The last position that was answered.
    end: AtomicU64,
}

impl Bug for ForgetsClosed {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(batch.len());
            for commit in batch {
                // No command of a wallet but this gives nothing.
                if is_of_wallet(commit) && commit.events.is_empty() {
                    let position = self.end.load(Ordering::SeqCst);
                    outcomes.push(Outcome::Written { position });
                    continue;
                }
                let outcome = alone(store, commit).await?;
                if let Outcome::Written { position } = outcome {
                    self.end.fetch_max(position, Ordering::SeqCst);
                }
                outcomes.push(outcome);
            }
            Ok(outcomes)
        })
    }
}

/// Writes what was decided on a saga that another process has brought further.
pub(super) struct StaleSagas;

impl Bug for StaleSagas {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut outcomes = Vec::with_capacity(batch.len());
            for commit in batch {
                outcomes.push(if is_of_saga(commit) {
                    wherever_it_ends(store, commit.clone()).await?
                } else {
                    alone(store, commit).await?
                });
            }
            Ok(outcomes)
        })
    }
}
