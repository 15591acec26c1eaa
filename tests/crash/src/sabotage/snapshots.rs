//! Snapshots that are not what they are kept for.

use gesta::store::{Commit, Outcome, Snapshot, Store, StoreFuture};

use super::Bug;

/// Keeps a snapshot that is not the state.
pub(super) struct Bends;

impl Bug for Bends {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        changed(store, batch, |snapshot| {
            // A number behind the first one makes it ten times as large.
            snapshot.json = snapshot.json.replacen(',', "1,", 1);
        })
    }
}

/// Keeps a state as that of the version after it: the next event is never folded in.
pub(super) struct Ahead;

impl Bug for Ahead {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        changed(store, batch, |snapshot| snapshot.version += 1)
    }
}

fn changed<'a>(
    store: &'a dyn Store,
    batch: &'a [Commit],
    change: fn(&mut Snapshot),
) -> StoreFuture<'a, Vec<Outcome>> {
    Box::pin(async move {
        let mut batch = batch.to_vec();
        let kept = batch
            .iter_mut()
            .filter_map(|commit| commit.snapshot.as_mut());
        kept.for_each(change);
        store.append(&batch).await
    })
}
