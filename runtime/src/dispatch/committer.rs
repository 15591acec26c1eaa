//! The one task of a process that writes.
//!
//! It takes all that queued while it wrote the last batch and writes it in one transaction. There is no timer: a lone
//! command waits for nobody.

mod batch;
mod recover;

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::{Instrument, debug_span, warn};

use self::batch::Batch;
use super::lineage::Lineage;
use crate::store::views::Inline;
use crate::store::{Commit, Outcome, Recording, Store, StoreError, StoreFuture};

/// A larger batch would leave nobody to decide while it is written: where a thousand clients wait for their answers,
/// those of the next batch are decided meanwhile.
const BATCH_COMMITS: usize = 512;
/// A transaction larger than this keeps others waiting, and memory taken, for no gain.
const BATCH_BYTES: usize = 8 << 20;
/// How often tasks that are ready may run before a batch closes, as long as each time brings more.
const COURTESIES: u32 = 4;

/// A decision on its way to the store.
pub(crate) struct Item {
    pub(crate) commit: Commit,
    pub(crate) kind: Kind,
    pub(crate) lineage: Arc<Lineage>,
    pub(crate) ticket: Box<dyn Ticket>,
}

/// What a decision needs of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To be written.
    Write,
    /// Nothing to write, but true only if the state that it was decided on is the stored one: a refusal, or a command
    /// that changes nothing.
    Check,
}

/// Hears what became of a decision.
pub(crate) trait Ticket: Send + Sync {
    fn settle(self: Box<Self>, verdict: Verdict, lineage: &Lineage);
}

/// What became of a decision.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// It is durable; or, for a check, it stands. The position is that of the event at its version.
    Durable { position: u64 },
    /// The command had taken effect before.
    Known(Recording),
    /// The command was found in the store after an append that failed: written by it, or before.
    Found(Recording),
    /// It was decided on a state that is not the stored one. `conflict` says that its own version was overtaken, and
    /// not merely that of a decision before it.
    Refused { conflict: bool },
    /// The store did not take it, and will not.
    Failed(StoreError),
    /// Nobody can say whether the store took it.
    Unknown,
}

/// The store, as the committer writes to it.
pub(crate) struct Desk {
    pub(crate) store: Arc<dyn Store>,
    /// What is folded in the same transaction.
    pub(crate) inline: Option<Arc<dyn Inline>>,
}

impl Desk {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        match &self.inline {
            Some(inline) => self.store.append_inline(batch, &**inline),
            None => self.store.append(batch),
        }
    }
}

/// Writes what comes out of its queue, until nobody can put anything in.
pub(crate) struct Committer {
    desk: Desk,
    owns_store: bool,
    queue: mpsc::UnboundedReceiver<Item>,
}

impl Committer {
    /// A committer and its queue. The queue needs no bound of its own: each item is a command that was admitted.
    pub(crate) fn new(desk: Desk, owns_store: bool) -> (mpsc::UnboundedSender<Item>, Self) {
        let (sender, queue) = mpsc::unbounded_channel();
        (
            sender,
            Self {
                desk,
                owns_store,
                queue,
            },
        )
    }

    /// Runs until the queue is closed and empty, then closes the store if it is Gesta's own.
    pub(crate) async fn run(mut self) {
        let mut items = Vec::new();
        while self.queue.recv_many(&mut items, BATCH_COMMITS).await > 0 {
            if items.len() < BATCH_COMMITS && self.desk.store.prefers_large_batches() {
                self.gather(&mut items).await;
            }
            while !items.is_empty() {
                let batch = Batch::take(&mut items, BATCH_BYTES);
                let span = debug_span!("gesta.batch", items = batch.len());
                batch.write(&self.desk).instrument(span).await;
            }
        }
        if self.owns_store
            && let Err(error) = self.desk.store.close().await
        {
            warn!(%error, "the store did not close cleanly");
        }
    }

    /// Lets tasks that are ready put in what they have: without it, a batch holds half of what it could.
    async fn gather(&mut self, items: &mut Vec<Item>) {
        for _ in 0..COURTESIES {
            tokio::task::yield_now().await;
            let before = items.len();
            while items.len() < BATCH_COMMITS {
                let Ok(item) = self.queue.try_recv() else {
                    break;
                };
                items.push(item);
            }
            if items.len() == before {
                return;
            }
        }
    }
}
