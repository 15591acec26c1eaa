//! Writes that are answered before they are made.

use std::sync::Arc;
use std::time::Duration;

use gesta::store::{Commit, Outcome, Store, StoreFuture};
use tokio::sync::mpsc;

use super::Bug;

/// How long a batch lies in memory.
const DELAY: Duration = Duration::from_millis(10);

/// Answers from memory, writes a moment later.
pub(super) struct Buffered(mpsc::UnboundedSender<Vec<Commit>>);

impl Buffered {
    /// Answers come from a store in memory; this one gets the batches afterwards.
    pub(super) fn before(store: Arc<dyn Store>) -> Self {
        let (sender, mut queue) = mpsc::unbounded_channel::<Vec<Commit>>();
        tokio::spawn(async move {
            while let Some(batch) = queue.recv().await {
                tokio::time::sleep(DELAY).await;
                store.append(&batch).await.ok();
            }
        });
        Self(sender)
    }
}

impl Bug for Buffered {
    fn append<'a>(
        &'a self,
        front: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let outcomes = front.append(batch).await?;
            self.0.send(batch.to_vec()).ok();
            Ok(outcomes)
        })
    }
}
