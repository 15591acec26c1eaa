//! The embedded store: one file, written by any number of processes on one machine.

mod address;
mod connection;
mod engine;
mod error;
mod insert;
mod log;
mod open;
mod read;
mod row;
mod schema;
mod script;
mod settle;
mod streams;
mod text;
mod views;
mod write;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::SqlitePool;
use tokio::sync::Mutex;

use super::views::{Inline, ViewStore};
use super::{
    CommandKey, Commit, Hinter, Hints, LogTaker, Lookup, Outcome, Page, PageLimit, Snapshot, Store,
    StoreError, StoreFuture, StreamName,
};
pub use open::{Durability, SqliteBuilder};
use writer::Writer;

/// A store in an SQLite file.
///
/// Several processes may open one file, if it is on a disk of their own machine: SQLite's locks do not work over a
/// network.
///
/// ```no_run
/// # async fn example() -> Result<(), gesta::StoreError> {
/// let store = gesta::store::SqliteStore::open("bank.db").await?;
/// # let _ = store; Ok(()) }
/// ```
pub struct SqliteStore {
    writer: Mutex<Writer>,
    /// Whether the last append failed, and what became of it is not final yet. Set and cleared under the writer's lock.
    unsettled: AtomicBool,
    readers: SqlitePool,
    /// For lookups alone: the committer waits for some, and these shall not stand behind the loading of long streams.
    checkers: SqlitePool,
    hinter: Hinter,
}

impl SqliteStore {
    /// Opens the file, or makes it; every commit that is answered survives a power failure.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the file cannot be opened, [`StoreError::NewerSchema`] if a newer Gesta made it,
    /// [`StoreError::UnsafeEngine`] if the program is linked to an SQLite that can damage it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteBuilder::new(path).open().await
    }

    async fn write(
        &self,
        batch: &[Commit],
        inline: Option<&dyn Inline>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut writer = self.writer.lock().await;
        let done = writer.append(batch, inline).await;
        self.unsettled.store(done.is_err(), Ordering::Release);
        self.hinter.hint();
        done
    }

    /// Makes what is not found final. Beside an append that is under way it waits only if the one before failed: that
    /// one may be what is asked for, and is final once this one is done.
    async fn settle(&self) -> Result<(), StoreError> {
        let mut writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(_) if self.unsettled.load(Ordering::Acquire) => self.writer.lock().await,
            Err(_) => return Ok(()),
        };
        writer.settle().await?;
        self.unsettled.store(false, Ordering::Release);
        Ok(())
    }

    /// What to open, and how.
    #[must_use]
    pub fn builder(path: impl AsRef<Path>) -> SqliteBuilder {
        SqliteBuilder::new(path)
    }

    /// Opens what an address says after `sqlite:`, such as `bank.db` or `bank.db?durability=full`.
    ///
    /// The path goes up to the first `?`; for a path that holds one use [`open`](Self::open).
    ///
    /// # Errors
    /// [`StoreError::Address`] if it cannot be understood, and what [`open`](Self::open) says.
    pub async fn from_address(rest: &str) -> Result<Self, StoreError> {
        address::parse(rest)?.open().await
    }

    /// The SQL that makes the tables, for those who make them by other means than opening the store.
    #[must_use]
    pub fn schema_sql() -> String {
        schema::sql()
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl Store for SqliteStore {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(self.write(batch, None))
    }

    fn append_inline<'a>(
        &'a self,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(self.write(batch, Some(inline)))
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(async move {
            self.settle().await?;
            let mut checker = self.checkers.acquire().await.map_err(error::of)?;
            let keys: Vec<_> = keys.iter().map(read::Key::from).collect();
            read::lookup(&mut checker, &keys).await
        })
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(read::stream(&self.readers, stream, after, limit))
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        Box::pin(async move {
            let mut reader = self.readers.acquire().await.map_err(error::of)?;
            log::read(&mut reader, after, limit).await
        })
    }

    fn scan_log<'a>(
        &'a self,
        after: u64,
        limit: PageLimit,
        to: &'a mut dyn LogTaker,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut reader = self.readers.acquire().await.map_err(error::of)?;
            log::scan(&mut reader, after, limit, to).await
        })
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(read::snapshot(&self.readers, stream))
    }

    /// Of what is appended through this handle: a file does not tell what other processes write to it.
    fn hints(&self) -> Hints {
        self.hinter.hints()
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        Some(self)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            self.checkers.close().await;
            self.writer.lock().await.close().await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_lookup_does_not_wait_for_readers() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("log.db"))
            .await
            .unwrap();
        let mut busy = Vec::new();
        while busy.len() < 4 {
            busy.push(store.readers.acquire().await.unwrap());
        }
        assert!(store.readers.try_acquire().is_none());
        let key = CommandKey {
            command_id: Uuid::from_u128(1),
            stream: StreamName::new("Thing", "a").unwrap(),
        };
        let found = store.lookup(&[key]).await.unwrap();
        assert_eq!(found.len(), 1);
    }
}
