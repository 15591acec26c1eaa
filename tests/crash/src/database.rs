//! Where the store lives. A further kind of store is a further arm in each of these functions.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use gesta::store::{SqliteStore, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::Failure;

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// A file.
    Sqlite,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
        })
    }
}

impl FromStr for Engine {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        match name {
            "sqlite" => Ok(Self::Sqlite),
            _ => Err(format!("`{name}` is no store; known is sqlite").into()),
        }
    }
}

/// The address of a database that does not exist yet.
pub(crate) fn fresh(directory: &Path, number: usize) -> String {
    let path = directory.join(format!("{number}.db"));
    format!("sqlite:{}", path.display())
}

/// Opens the store as an application would.
pub(crate) async fn open(address: &str) -> Result<Arc<dyn Store>, Failure> {
    match address.split_once(':') {
        Some(("sqlite", rest)) => Ok(Arc::new(SqliteStore::from_address(rest).await?)),
        _ => Err(format!("`{address}` is not the address of a store that can be tortured").into()),
    }
}

/// What the database engine itself says against its files; empty if nothing.
pub(crate) async fn complaints(address: &str) -> Result<String, Failure> {
    let Some(("sqlite", path)) = address.split_once(':') else {
        return Ok(String::new());
    };
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let mut said = sqlx::query_scalar::<_, String>("PRAGMA integrity_check")
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    said.retain(|line| line != "ok");
    Ok(said.join("; "))
}

/// The engine and its version.
pub(crate) async fn engine() -> Result<String, Failure> {
    let mut connection = SqliteConnectOptions::new()
        .in_memory(true)
        .connect()
        .await?;
    let version = sqlx::query_scalar::<_, String>("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await?;
    Ok(format!("SQLite {version}"))
}
