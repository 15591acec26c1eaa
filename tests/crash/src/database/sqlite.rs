//! What only SQLite can say.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, query_as};

use super::log::{Columns, LogRow, PAGE};
use super::shelf::{DocumentRow, EntryRow, GenerationRow, shelf};
use crate::Failure;
use crate::check::Shelf;

/// All read models, and where the log ends, at one moment.
pub(super) async fn read_shelf(path: &str) -> Result<Shelf, Failure> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let mut moment = connection.begin().await?;
    let head = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM gesta_events")
        .fetch_one(&mut *moment)
        .await?;
    let generations: Vec<GenerationRow> = query_as(
        "SELECT generation, projection, stage, position FROM gesta_projections WHERE stage < 2",
    )
    .fetch_all(&mut *moment)
    .await?;
    let documents: Vec<DocumentRow> =
        query_as("SELECT generation, key, document FROM gesta_documents")
            .fetch_all(&mut *moment)
            .await?;
    let entries: Vec<EntryRow> =
        query_as("SELECT generation, number, value, key FROM gesta_entries")
            .fetch_all(&mut *moment)
            .await?;
    moment.commit().await?;
    connection.close().await?;
    shelf(head, generations, documents, entries)
}

pub(super) async fn read_log(path: &str, after: i64) -> Result<Vec<LogRow>, Failure> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let rows: Vec<Columns> = query_as(
        "SELECT position, s.name, e.name, payload, causation, recorded_at
        FROM gesta_events AS e JOIN gesta_streams AS s ON s.id = e.stream
        WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows.into_iter().map(LogRow::from).collect())
}

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
