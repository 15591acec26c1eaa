//! What only a server of PostgreSQL can say, and what is done to it.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, query_as};

use super::log::{Columns, LogRow, PAGE};
use super::shelf::{DocumentRow, EntryRow, GenerationRow, shelf};
use crate::Failure;
use crate::check::Shelf;

/// What the processes that are tortured call themselves, so that the server knows them from the harness.
pub(super) const NAME: &str = "tortured";
/// A server that has not learnt in this time that a client is dead hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(2);

async fn connect(address: &str) -> Result<PgConnection, Failure> {
    let options: PgConnectOptions = address.parse()?;
    // The harness is no process that is tortured.
    Ok(options.application_name("torture").connect().await?)
}

/// Runs statements that give nothing back.
pub(crate) async fn execute(address: &str, statements: &'static str) -> Result<(), Failure> {
    let mut connection = connect(address).await?;
    sqlx::raw_sql(statements).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Waits until no backend serves a process that is tortured.
pub(super) async fn settle(address: &str) -> Result<(), Failure> {
    let mut connection = connect(address).await?;
    let start = Instant::now();
    loop {
        let left = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = $1";
        let left: i64 = sqlx::query_scalar(left)
            .bind(NAME)
            .fetch_one(&mut connection)
            .await?;
        if left == 0 {
            return Ok(connection.close().await?);
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("{left} backends serve clients that are dead").into());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Ends some backend that serves a process that is tortured; whichever the number says. How many were ended: one, or none
/// if there is none.
pub(crate) async fn end_a_backend(address: &str, number: u64) -> Result<u64, Failure> {
    let mut connection = connect(address).await?;
    let ended: Vec<bool> = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid) FROM (
            SELECT pid, row_number() OVER (ORDER BY pid) AS number, count(*) OVER () AS all
            FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1) AS ours
        WHERE number = 1 + $2 % ours.all",
    )
    .bind(NAME)
    .bind(i64::from(u32::try_from(number % 1_000)?))
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(ended.into_iter().filter(|ended| *ended).count() as u64)
}

/// Has the server's own extension for it look at each index and at the table beneath.
pub(super) async fn complaints(address: &str) -> Result<String, Failure> {
    let mut connection = connect(address).await?;
    let has_check: bool = sqlx::query_scalar(
        "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'amcheck'",
    )
    .fetch_one(&mut connection)
    .await?;
    if !has_check {
        return Ok(String::new());
    }
    sqlx::query("CREATE EXTENSION IF NOT EXISTS amcheck")
        .execute(&mut connection)
        .await?;
    let checked = sqlx::query(
        "SELECT bt_index_check(i.indexrelid, true) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
        WHERE c.relname LIKE 'gesta%'",
    )
    .execute(&mut connection)
    .await;
    connection.close().await?;
    Ok(checked
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default())
}

/// All read models, and where the log ends, at one moment.
pub(super) async fn read_shelf(address: &str) -> Result<Shelf, Failure> {
    let mut connection = connect(address).await?;
    let mut moment = connection
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let head = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM gesta_events")
        .fetch_one(&mut *moment)
        .await?;
    let generations: Vec<GenerationRow> = query_as(
        "SELECT generation, projection, stage, position FROM gesta_projections WHERE stage < 2",
    )
    .fetch_all(&mut *moment)
    .await?;
    let documents: Vec<DocumentRow> =
        query_as("SELECT generation, key, document::text FROM gesta_documents")
            .fetch_all(&mut *moment)
            .await?;
    let entries: Vec<EntryRow> =
        query_as("SELECT generation, index, value, key FROM gesta_entries")
            .fetch_all(&mut *moment)
            .await?;
    moment.commit().await?;
    connection.close().await?;
    shelf(head, generations, documents, entries)
}

pub(super) async fn read_log(address: &str, after: i64) -> Result<Vec<LogRow>, Failure> {
    let mut connection = connect(address).await?;
    let rows: Vec<Columns> = query_as(
        "SELECT position, stream, name, payload::text, causation, recorded_at
        FROM gesta_events WHERE position > $1 ORDER BY position LIMIT $2",
    )
    .bind(after)
    .bind(PAGE)
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows.into_iter().map(LogRow::from).collect())
}

pub(super) async fn version(address: &str) -> Result<String, Failure> {
    let mut connection = connect(address).await?;
    let version = sqlx::query_scalar("SHOW server_version")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(version)
}
