//! The way out of the log: one ordered source of typed events for each process.
//!
//! A page is read and decoded once for all that stand at the same place. Hints say when to look for more; where none
//! comes, somebody looks all the same.

mod decode;
mod pages;
mod reading;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::watch;

pub(crate) use decode::{Decoded, Decoders, Delivery, said};
use pages::{Next, Pages, Slot};
use reading::Reading;

use crate::store::{Hints, PageLimit, Store, StoreError};

/// How long it takes at most until somebody looks at the log. Hints are quicker, where they come.
const POLL: Duration = Duration::from_millis(100);
/// So many pages are read before they are wanted, where there are more, all at once.
const AHEAD: u32 = 3;
/// What is read at once.
const PAGE: PageLimit = PageLimit {
    events: 2_048,
    bytes: 4 << 20,
};

/// Events of the log, one behind the other.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Delivery>,
    /// The position of the last.
    pub(crate) last: u64,
    /// Whether there are more behind them.
    pub(crate) more: bool,
    /// About what it takes of the memory.
    pub(crate) bytes: usize,
}

/// Why the log cannot be read on.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub(crate) enum FeedError {
    /// The log has a hole, or an event twice. Restore the store from a backup.
    #[error("the log goes from position {from} to position {to}")]
    Gap {
        /// The last position before the hole.
        from: u64,
        /// The position that came next.
        to: u64,
    },
    /// The store could not be read. It is tried again.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
}

impl FeedError {
    /// Whether the store is damaged: to try again will not help.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Gap { .. } | Self::Store(StoreError::Corrupt(_)))
    }
}

/// The log as batches of events.
pub(crate) struct Feed {
    store: Arc<dyn Store>,
    runtime: Handle,
    decoders: Arc<Decoders>,
    pages: Mutex<Pages>,
    /// Changes when the log may have grown.
    ticks: watch::Sender<()>,
}

impl Feed {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        runtime: Handle,
        decoders: Arc<Decoders>,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            runtime,
            decoders,
            pages: Mutex::default(),
            ticks: watch::Sender::new(()),
        })
    }

    /// Says when to look, until `end` comes.
    pub(crate) fn watch(self: &Arc<Self>, end: impl Future<Output = ()> + Send + 'static) {
        let (feed, hints) = (Arc::clone(self), self.store.hints());
        self.runtime.spawn(async move {
            tokio::select! {
                () = feed.tick(hints) => {}
                () = end => {}
            }
        });
    }

    async fn tick(&self, mut hints: Hints) {
        loop {
            // Nothing is asked of the store here, so this may be dropped anywhere.
            let _ = tokio::time::timeout(POLL, hints.next()).await;
            self.ticks.send_replace(());
        }
    }

    /// The events after a position; waits until there are some.
    pub(crate) async fn next(self: &Arc<Self>, after: u64) -> Result<Arc<Batch>, FeedError> {
        let mut ticks = self.ticks.subscribe();
        loop {
            ticks.mark_unchanged();
            if let Some(batch) = self.read(after).await? {
                return Ok(batch);
            }
            // The sender lives as long as the feed.
            let _ = ticks.changed().await;
        }
    }

    /// The events after a position, if there are any by now.
    pub(crate) async fn read(
        self: &Arc<Self>,
        after: u64,
    ) -> Result<Option<Arc<Batch>>, FeedError> {
        let slot = self.pages().slot(after);
        let batch = self.fill(&slot, after).await?;
        if let Some(batch) = batch.as_ref().filter(|batch| batch.more) {
            self.read_ahead(batch);
            // What is spawned waits for the one who spawned it, and nobody else takes it over.
            tokio::task::yield_now().await;
        }
        Ok(batch)
    }

    /// One event of the log, by itself.
    pub(crate) async fn one(self: &Arc<Self>, position: u64) -> Result<Arc<Batch>, FeedError> {
        let (feed, after) = (Arc::clone(self), position.saturating_sub(1));
        let limit = PageLimit {
            events: 1,
            bytes: 1,
        };
        let reading = self
            .runtime
            .spawn(async move { feed.load(after, limit).await });
        let read = reading.await;
        let read = read.unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))?;
        read.ok_or(FeedError::Gap {
            from: after,
            to: after,
        })
    }

    /// Reads what comes behind a page while that is folded. As positions have no holes, it is known where full pages end
    /// before they are read: several are read at once, on as many connections and cores.
    fn read_ahead(self: &Arc<Self>, batch: &Batch) {
        let is_full = batch.events.len() == PAGE.events as usize;
        let mut after = batch.last;
        for _ in 0..AHEAD {
            let next = self.pages().next(after);
            after = match next {
                Next::Read(last) => last,
                Next::End => return,
                Next::Vacant(slot) => {
                    let feed = Arc::clone(self);
                    self.runtime.spawn(async move {
                        // Whoever wants it hears of an error.
                        let _ = feed.fill(&slot, after).await;
                    });
                    after + u64::from(PAGE.events)
                }
                Next::UnderWay => after + u64::from(PAGE.events),
            };
            if !is_full {
                return;
            }
        }
    }

    async fn fill(
        self: &Arc<Self>,
        slot: &Slot,
        after: u64,
    ) -> Result<Option<Arc<Batch>>, FeedError> {
        let page = slot.get_or_try_init(|| async {
            let feed = Arc::clone(self);
            // In a task of its own: whoever waits for it may be dropped.
            let reading = self
                .runtime
                .spawn(async move { feed.load(after, PAGE).await });
            let read = reading.await;
            read.unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
        });
        let page = page.await.cloned();
        match &page {
            Ok(Some(batch)) => self.pages().keep(after, batch),
            // There may be some the next time.
            _ => self.pages().forget(after, slot),
        }
        page
    }

    async fn load(&self, after: u64, limit: PageLimit) -> Result<Option<Arc<Batch>>, FeedError> {
        let mut reading = Reading::new(&self.decoders, after);
        let more = self.store.scan_log(after, limit, &mut reading).await?;
        reading.finish(more).map(|batch| batch.map(Arc::new))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
