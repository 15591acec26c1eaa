//! Reading.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::Pin;

use futures_core::Stream;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::store::page::PageBuilder;
use crate::store::sql::numbers::{clamped, follows, one_more};
use crate::store::{
    CommandKey, Commit, Lookup, Page, PageLimit, Snapshot, StoreError, StoredEvent, StreamName,
};

use super::error;
use super::row::{EVENT_COLUMNS, LIMIT, count, event, get, recording};
use super::script::{ROWS, Script};

type Rows<'a> = Pin<Box<dyn Stream<Item = Result<SqliteRow, sqlx::Error>> + Send + 'a>>;

pub(super) async fn stream(
    readers: &SqlitePool,
    stream: &StreamName,
    after: u64,
    limit: PageLimit,
) -> Result<Page, StoreError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM gesta_events AS e
        WHERE e.stream = (SELECT id FROM gesta_streams WHERE name = ?) AND e.version > ?
        ORDER BY e.version {LIMIT}"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(stream.as_str())
        .bind(clamped(after))
        .bind(one_more(limit))
        .fetch(readers);
    let mut last = after;
    page(rows, limit, |row| {
        let event = event(row, stream.clone())?;
        last = follows("a stream", last, event.version)?;
        Ok(event)
    })
    .await
}

async fn page(
    mut rows: Rows<'_>,
    limit: PageLimit,
    mut event: impl FnMut(&SqliteRow) -> Result<StoredEvent, StoreError>,
) -> Result<Page, StoreError> {
    let mut page = PageBuilder::new(limit);
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let event = event(&row.map_err(error::of)?)?;
        if let ControlFlow::Break(()) = page.push(event.json.len(), || event) {
            break;
        }
    }
    Ok(page.finish())
}

pub(super) async fn snapshot(
    readers: &SqlitePool,
    stream: &StreamName,
) -> Result<Option<Snapshot>, StoreError> {
    let sql = "SELECT version, fingerprint, state FROM gesta_snapshots
        WHERE stream = (SELECT id FROM gesta_streams WHERE name = ?)";
    let row = sqlx::query(sql)
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
            (SELECT version FROM gesta_events WHERE stream = s.id ORDER BY version DESC LIMIT 1),
            (SELECT position FROM gesta_events WHERE stream = s.id ORDER BY version DESC LIMIT 1),
            c.version,
            (SELECT position FROM gesta_events AS e WHERE e.stream = c.stream AND e.version = c.version),
            c.events, c.digest
        FROM",
        3,
        &numbered,
        "LEFT JOIN gesta_streams AS s ON s.name = column3
        LEFT JOIN gesta_commands AS c ON c.command_id = column2 AND c.stream = s.id
        WHERE column1 IS NOT NULL ORDER BY column1",
        |values, (number, Key(command_id, stream))| {
            values.add(*number)?;
            values.add(*command_id)?;
            values.add(stream.shared())
        },
    )?;
    Ok(script)
}
