//! Opening a file: the engine, the pragmas, the schema.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};
use tokio::sync::Mutex;

use crate::store::{Hinter, StoreError};

use super::row::get;
use super::writer::Writer;
use super::{SqliteStore, engine, error, schema};

/// How long a lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Readers beside the one writer.
const READERS: u32 = 4;
/// Connections for lookups: the committer's, and that of the loads.
const CHECKERS: u32 = 2;

/// The page cache of each connection, in KiB below zero: 8 MiB. The events of a long stream lie far apart in the file, and
/// SQLite's own 2 MiB hold few of them.
const CACHE: &str = "-8192";

/// What an answered commit survives, beside the end of the process, which it always survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// Every answered commit survives a power failure, on a disk that honours fsync (`synchronous=FULL`).
    #[default]
    Full,
    /// A power failure or a crash of the system may take the latest answered commits, as a whole and in order: what
    /// is left is an older state of the log (`synchronous=NORMAL`).
    MayLoseLatestOnPowerFailure,
}

impl Durability {
    pub(super) const ALL: [Self; 2] = [Self::Full, Self::MayLoseLatestOnPowerFailure];

    /// What stands in an address after `durability=`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::MayLoseLatestOnPowerFailure => "may-lose-latest-on-power-failure",
        }
    }

    fn synchronous(self) -> SqliteSynchronous {
        match self {
            Self::Full => SqliteSynchronous::Full,
            Self::MayLoseLatestOnPowerFailure => SqliteSynchronous::Normal,
        }
    }
}

/// What file to open, and how.
#[derive(Debug, Clone)]
pub struct SqliteBuilder {
    path: PathBuf,
    durability: Durability,
}

impl SqliteBuilder {
    /// The file at this path, which is made if there is none; its folder must exist.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            durability: Durability::default(),
        }
    }

    /// What an answered commit survives.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Opens the file.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`].
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        let options = self.options()?;
        let writer = patiently(&options.clone().create_if_missing(true)).await?;
        tracing::debug!(
            durability = self.durability.name(),
            "opened the SQLite store"
        );
        let readers = pool(options.clone(), READERS);
        let checkers = pool(options.clone(), CHECKERS);
        Ok(SqliteStore {
            writer: Mutex::new(Writer::new(options, self.durability.synchronous(), writer)),
            unsettled: AtomicBool::new(false),
            readers,
            checkers,
            hinter: Hinter::default(),
        })
    }

    fn options(&self) -> Result<SqliteConnectOptions, StoreError> {
        // An absolute path never begins like a `file:` URI or `:memory:`, which SQLite would take for something else.
        let path = std::path::absolute(&self.path).map_err(StoreError::failed)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .synchronous(self.durability.synchronous())
            // On macOS an fsync does not reach the disk without these.
            .pragma("fullfsync", "ON")
            .pragma("checkpoint_fullfsync", "ON")
            .pragma("cache_size", CACHE)
            // The texts that write large batches take about a megabyte each.
            .statement_cache_capacity(64)
            .disable_statement_logging();
        Ok(options)
    }
}

fn pool(options: SqliteConnectOptions, most: u32) -> SqlitePool {
    // Not opened read-only: such a connection cannot make the shared memory file if it is the first to come.
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(options.pragma("query_only", "ON"))
}

/// Connects and prepares the file, again and again while another process holds a lock: SQLite itself does not wait
/// for all of them, such as the one that switching to a write-ahead log takes.
async fn patiently(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let start = Instant::now();
    loop {
        match prepared(options).await {
            Err(error) if error::is_busy(&error) && start.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            done => return done,
        }
    }
}

async fn prepared(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let mut connection = options.connect().await.map_err(error::of)?;
    match prepare(&mut connection).await {
        Ok(()) => Ok(connection),
        Err(error) => {
            // Closing ends a transaction that is open, before the next try begins.
            connection.close().await.ok();
            Err(error)
        }
    }
}

async fn prepare(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    engine::check(&text(connection, "SELECT sqlite_version()").await?)?;
    let mode = text(connection, "PRAGMA journal_mode = WAL").await?;
    if mode != "wal" {
        let reason = format!("SQLite cannot keep a write-ahead log here, it stays at `{mode}`");
        return Err(StoreError::failed(reason));
    }
    schema::migrate(connection).await
}

async fn text(connection: &mut SqliteConnection, sql: &'static str) -> Result<String, StoreError> {
    let row = sqlx::query(sql)
        .fetch_one(connection)
        .await
        .map_err(error::of)?;
    get(&row, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(builder: &SqliteBuilder, sql: &'static str) -> i64 {
        let options = builder.options().unwrap().create_if_missing(true);
        let mut connection = prepared(&options).await.unwrap();
        let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
        get(&row, 0).unwrap()
    }

    #[tokio::test]
    async fn durability_is_what_sqlite_is_set_to() {
        let folder = tempfile::tempdir().unwrap();
        let full = SqliteBuilder::new(folder.path().join("log.db"));
        let weaker = full
            .clone()
            .durability(Durability::MayLoseLatestOnPowerFailure);
        assert_eq!(pragma(&full, "PRAGMA synchronous").await, 2);
        assert_eq!(pragma(&weaker, "PRAGMA synchronous").await, 1);
        for setting in ["PRAGMA fullfsync", "PRAGMA checkpoint_fullfsync"] {
            assert_eq!(pragma(&full, setting).await, 1, "{setting}");
        }
    }
}
