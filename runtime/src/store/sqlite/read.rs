//! Reading.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::Pin;

use futures_core::Stream;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::store::page::PageBuilder;
use crate::store::{
    CommandKey, Commit, Lookup, Page, PageLimit, Snapshot, StoreError, StoredEvent, StreamName,
};

use super::error;
use super::row::{EVENT_COLUMNS, count, event, get, recording};
use super::script::{ROWS, Script};

type Rows<'a> = Pin<Box<dyn Stream<Item = Result<SqliteRow, sqlx::Error>> + Send + 'a>>;

pub(super) async fn stream(
    readers: &SqlitePool,
    stream: &StreamName,
    after: u64,
    limit: PageLimit,
) -> Result<Page, StoreError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM gesta_events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(stream.as_str())
        .bind(clamped(after))
        .bind(one_more(limit))
        .fetch(readers);
    let follows = |last: Option<u64>, event: &StoredEvent| {
        let last = last.unwrap_or(after);
        (event.version == last.saturating_add(1))
            .then_some(event.version)
            .ok_or_else(|| {
                StoreError::Corrupt(format!(
                    "a stream goes from version {last} to {}",
                    event.version
                ))
            })
    };
    page(rows, limit, follows).await
}

pub(super) async fn log(
    readers: &SqlitePool,
    after: u64,
    limit: PageLimit,
) -> Result<Page, StoreError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM gesta_events WHERE position > ? ORDER BY position LIMIT ?"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(clamped(after))
        .bind(one_more(limit))
        .fetch(readers);
    // Only a log that is read from its very beginning may begin anywhere.
    let follows = |last: Option<u64>, event: &StoredEvent| {
        let last = last.unwrap_or(if after == 0 {
            event.position - 1
        } else {
            after
        });
        (event.position == last.saturating_add(1))
            .then_some(event.position)
            .ok_or_else(|| {
                StoreError::Corrupt(format!(
                    "the log goes from position {last} to {}",
                    event.position
                ))
            })
    };
    page(rows, limit, follows).await
}

/// Takes rows up to the limit, each of which must follow the one before.
async fn page(
    mut rows: Rows<'_>,
    limit: PageLimit,
    follows: impl Fn(Option<u64>, &StoredEvent) -> Result<u64, StoreError>,
) -> Result<Page, StoreError> {
    let mut page = PageBuilder::new(limit);
    let mut last = None;
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let event = event(&row.map_err(error::of)?)?;
        last = Some(follows(last, &event)?);
        if let ControlFlow::Break(()) = page.push(event.json.len(), || event) {
            break;
        }
    }
    Ok(page.finish())
}

/// Nothing is stored beyond 2^63.
fn clamped(after: u64) -> i64 {
    i64::try_from(after).unwrap_or(i64::MAX)
}

/// The row after the page tells that there are more.
fn one_more(limit: PageLimit) -> i64 {
    i64::from(limit.events).max(1) + 1
}

pub(super) async fn snapshot(
    readers: &SqlitePool,
    stream: &StreamName,
) -> Result<Option<Snapshot>, StoreError> {
    let row =
        sqlx::query("SELECT version, fingerprint, state FROM gesta_snapshots WHERE stream = ?")
            .bind(stream.as_str())
            .fetch_optional(readers)
            .await
            .map_err(error::of)?;
    row.map(|row| {
        Ok(Snapshot {
            version: count(&row, 0)?,
            fingerprint: get(&row, 1)?,
            json: get(&row, 2)?,
        })
    })
    .transpose()
}

/// The position of the log's last event.
pub(super) async fn end(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let row = sqlx::query("SELECT position FROM gesta_counter")
        .fetch_one(connection)
        .await;
    count(&row.map_err(error::of)?, 0)
}

/// What is looked up: a command id, and a stream.
pub(super) struct Key<'a>(Uuid, &'a StreamName);

impl<'a> From<&'a CommandKey> for Key<'a> {
    fn from(key: &'a CommandKey) -> Self {
        Self(key.command_id, &key.stream)
    }
}

impl<'a> From<&'a Commit> for Key<'a> {
    fn from(commit: &'a Commit) -> Self {
        Self(commit.meta.command_id, &commit.stream)
    }
}

/// Looks all of them up, in few statements, and answers in their order.
pub(super) async fn lookup(
    connection: &mut SqliteConnection,
    keys: &[Key<'_>],
) -> Result<Vec<Lookup>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(ROWS) {
        let rows = lookup_script(keys)?
            .run(connection)
            .await
            .map_err(error::of)?;
        for row in &rows {
            found.push(Lookup {
                version: count(row, 1)?,
                position: count(row, 2)?,
                known: recording(row, 3)?,
            });
        }
    }
    if found.len() == keys.len() {
        Ok(found)
    } else {
        Err(StoreError::Corrupt(
            "a key was answered twice, or not at all".to_owned(),
        ))
    }
}

fn lookup_script(keys: &[Key<'_>]) -> Result<Script, StoreError> {
    let mut script = Script::default();
    let numbered: Vec<_> = (0_i64..).zip(keys).collect();
    script.rows(
        "SELECT column1,
            (SELECT version FROM gesta_events WHERE stream = column3 ORDER BY version DESC LIMIT 1),
            (SELECT position FROM gesta_events WHERE stream = column3 ORDER BY version DESC LIMIT 1),
            c.version,
            (SELECT position FROM gesta_events AS e WHERE e.stream = c.stream AND e.version = c.version),
            c.events, c.digest
        FROM",
        3,
        &numbered,
        "LEFT JOIN gesta_commands AS c ON c.command_id = column2 AND c.stream = column3
        WHERE column1 IS NOT NULL ORDER BY column1",
        |values, (number, Key(command_id, stream))| {
            values.add(*number)?;
            values.add(*command_id)?;
            values.add(stream.shared())
        },
    )?;
    Ok(script)
}
