//! The store that keeps everything in memory: for tests, and what other stores are compared with.

mod log;
mod views;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::views::{Inline, ViewStore};
use super::{
    CommandKey, Commit, Hinter, Hints, Lookup, Outcome, Page, PageLimit, Snapshot, Store,
    StoreFuture, StreamName,
};
use log::Log;
use views::Generations;

/// A store in memory: as fast as can be, and gone with the process.
///
/// Clones share one log, as two handles on one database do.
///
/// ```
/// let store = gesta::store::MemoryStore::new();
/// let other_handle = store.clone();
/// # let _ = other_handle;
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    log: Arc<Mutex<Log>>,
    generations: Arc<Mutex<Generations>>,
    hinter: Hinter,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose first event takes the position after `position`, to test what large positions meet.
    #[must_use]
    pub fn starting_after(position: u64) -> Self {
        Self {
            log: Arc::new(Mutex::new(Log::starting_after(position))),
            ..Self::default()
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        // Nothing in the log panics half way, so a poisoned one is whole.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let done = self.log().append(batch);
            self.hinter.hint();
            done
        })
    }

    fn append_inline<'a>(
        &'a self,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let done =
                views::inline::append(&mut self.log(), &mut self.generations(), batch, inline);
            self.hinter.hint();
            done
        })
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(async move {
            let log = self.log();
            Ok(keys.iter().map(|key| log.lookup(key)).collect())
        })
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move { Ok(self.log().read_stream(stream, after, limit)) })
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        Box::pin(async move { Ok(self.log().read(after, limit)) })
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(async move { Ok(self.log().snapshot(stream)) })
    }

    fn hints(&self) -> Hints {
        self.hinter.hints()
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        Some(self)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn prefers_large_batches(&self) -> bool {
        false
    }
}
