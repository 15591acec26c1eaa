//! What only SQLite can say.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::Failure;

pub(super) async fn complaints(path: &str) -> Result<String, Failure> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let mut said = sqlx::query_scalar::<_, String>("PRAGMA integrity_check")
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    said.retain(|line| line != "ok");
    Ok(said.join("; "))
}

pub(super) async fn version() -> Result<String, Failure> {
    let mut connection = SqliteConnectOptions::new()
        .in_memory(true)
        .connect()
        .await?;
    Ok(sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await?)
}
