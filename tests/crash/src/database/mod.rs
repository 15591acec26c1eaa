//! Where the store lives. A further kind of store is a further arm in each of these functions.

mod ground;
mod log;
mod postgres;
mod shelf;
mod sqlite;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use gesta::store::{PostgresStore, SqliteStore, Store};

use crate::Failure;
use crate::check::Shelf;
pub(crate) use ground::Ground;
pub(crate) use log::LogRow;
pub(crate) use postgres::{end_a_backend, execute};

/// How long a store waits for a server, or for a lock that somebody holds who was stopped. Short, since that happens
/// here all the time.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many connections read for the harness.
const READERS: u32 = 4;

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A database of a server.
    Postgres,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

impl FromStr for Engine {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{name}` is no store; known are {names}").into()
        })
    }
}

/// Opens the store as an application would, on a server with so many connections that read.
pub(crate) async fn open(address: &str, readers: u32) -> Result<Arc<dyn Store>, Failure> {
    match address.split_once(':') {
        Some(("sqlite", rest)) => Ok(Arc::new(SqliteStore::from_address(rest).await?)),
        Some(("postgres" | "postgresql", _)) => {
            let builder = PostgresStore::builder(address)?;
            let builder = builder.patience(PATIENCE).readers(readers);
            Ok(Arc::new(builder.open().await?))
        }
        _ => Err("this is not the address of a store that can be tortured".into()),
    }
}

/// Opens the store as the harness does.
pub(crate) async fn open_beside(address: &str) -> Result<Arc<dyn Store>, Failure> {
    open(&as_harness(address), READERS).await
}

/// The address by which the harness itself opens the store, and by which a server knows it from those that are tortured.
fn as_harness(address: &str) -> String {
    address.replace(postgres::NAME, "torture")
}

/// Waits until nothing works any more for processes that are gone: a server may learn of it later than they die.
pub(crate) async fn settle(address: &str) -> Result<(), Failure> {
    match address.split_once(':') {
        Some(("sqlite", _)) => Ok(()),
        _ => postgres::settle(address).await,
    }
}

/// All read models with their rows, as they are at one moment: read from the tables, and not by way of the store.
pub(crate) async fn shelf(address: &str) -> Result<Shelf, Failure> {
    match address.split_once(':') {
        Some(("sqlite", path)) => sqlite::read_shelf(path).await,
        _ => postgres::read_shelf(address).await,
    }
}

/// Some events of the log behind a position, in order: read from the table, and not by way of the store.
pub(crate) async fn log_after(address: &str, position: i64) -> Result<Vec<LogRow>, Failure> {
    match address.split_once(':') {
        Some(("sqlite", path)) => sqlite::read_log(path, position).await,
        _ => postgres::read_log(address, position).await,
    }
}

/// What the database engine itself says against its files; empty if nothing.
pub(crate) async fn complaints(address: &str) -> Result<String, Failure> {
    match address.split_once(':') {
        Some(("sqlite", path)) => sqlite::complaints(path).await,
        _ => postgres::complaints(address).await,
    }
}
