//! The store for companies: a database of a PostgreSQL server, written by any number of processes.

mod address;
mod announce;
mod columns;
mod error;
mod insert;
mod lanes;
mod loads;
mod log;
mod lookup;
mod names;
mod open;
mod page;
mod reader;
mod row;
mod schema;
mod seen;
mod server;
mod session;
mod settle;
mod streams;
mod texts;
mod views;
mod within;
mod write;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;

use super::views::{Inline, ViewStore};
use super::{
    CommandKey, Commit, Hints, LogTaker, Lookup, Outcome, Page, PageLimit, Snapshot, Store,
    StoreError, StoreFuture, StreamName,
};
use announce::Announcer;
use loads::Loads;
pub use open::PostgresBuilder;
use reader::Reader;
use texts::Texts;
use views::Views;
use writer::Writer;

/// A store in a PostgreSQL database, of a server of version 14 or newer.
///
/// Several processes may open one database; none needs to know of the others. One connection writes, up to four others
/// read, one listens once hints are asked for, and one writes read models once there are any. They must reach the server
/// directly or through a pooler that gives each client a connection of its own.
///
/// ```no_run
/// # async fn example() -> Result<(), gesta::StoreError> {
/// let store = gesta::store::PostgresStore::connect("postgres://bank@localhost/bank?schema=ledger").await?;
/// # let _ = store; Ok(()) }
/// ```
pub struct PostgresStore {
    writer: Mutex<Writer>,
    /// Whether the last append failed, and what became of it is not final yet. Set and cleared under the writer's lock.
    unsettled: AtomicBool,
    reader: Arc<Reader>,
    loads: Loads,
    announcer: Announcer,
    views: Views,
    texts: Arc<Texts>,
    /// In milliseconds.
    patience: i64,
}

impl PostgresStore {
    /// Connects to a database, and makes the tables in it that are missing.
    ///
    /// The address is a URL as libpq takes it. Two parameters are Gesta's own: `schema` and `table_prefix`, where the tables are
    /// and how their names begin: see [`PostgresBuilder`].
    ///
    /// # Errors
    /// [`StoreError::Address`] and [`StoreError::Name`] if the address or a name in it cannot be understood,
    /// [`StoreError::Unavailable`] if the server cannot be reached within ten seconds, [`StoreError::UnsafeSetting`] if it
    /// runs with `fsync = off` or not in UTF-8, [`StoreError::NewerSchema`] if a newer Gesta made the tables, and
    /// [`StoreError::Failed`] for what the server refuses, such as a password or a right that is missing.
    pub async fn connect(address: &str) -> Result<Self, StoreError> {
        Self::builder(address)?.open().await
    }

    /// What to open, and how.
    ///
    /// # Errors
    /// [`StoreError::Address`] if the address cannot be understood.
    pub fn builder(address: &str) -> Result<PostgresBuilder, StoreError> {
        address::parse(address)
    }

    async fn write(
        &self,
        batch: &[Commit],
        inline: Option<&dyn Inline>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut writer = self.writer.lock().await;
        let done = writer.append(batch, inline).await;
        self.unsettled.store(done.is_err(), Ordering::Release);
        // Also if nobody knows what was written.
        self.announcer.announce();
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
        if self.unsettled.swap(false, Ordering::AcqRel) {
            // What was settled was settled on the server that is reached now; the others may lead to the one before.
            self.reader.forget();
        }
        Ok(())
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl Store for PostgresStore {
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
            self.reader.lookup(keys).await
        })
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(self.loads.read(stream, after, limit))
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        Box::pin(async move {
            let mut events = Vec::new();
            let more = self.scan_log(after, limit, &mut events).await?;
            Ok(Page { events, more })
        })
    }

    fn scan_log<'a>(
        &'a self,
        after: u64,
        limit: PageLimit,
        to: &'a mut dyn LogTaker,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.reader.log(after, limit, to))
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(self.reader.snapshot(stream))
    }

    fn hints(&self) -> Hints {
        self.announcer.hints()
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        Some(&self.views)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.announcer.close();
            self.reader.close().await;
            let views = self.views.close().await;
            self.writer.lock().await.close().await.and(views)
        })
    }
}
