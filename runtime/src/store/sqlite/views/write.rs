//! Writing a batch.

use sqlx::SqliteConnection;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, int};
use crate::store::views::ViewBatch;

use super::super::script::{ROWS, Script};
use super::super::{error, schema};
use super::parked;

/// An error leaves the connection in any state; it must be closed.
pub(in super::super) async fn write(
    connection: &mut SqliteConnection,
    batch: &ViewBatch,
) -> Result<bool, StoreError> {
    let mut begin = Script::default();
    begin.statement("BEGIN IMMEDIATE");
    advance(&mut begin, batch)?;
    let moved = begin.run(connection).await.map_err(error::of)?;
    if moved.is_empty() {
        let done = schema::execute(connection, "ROLLBACK").await;
        return done.map(|()| false).map_err(error::of);
    }
    let script = changes(batch)?;
    script.commit(connection).await.map_err(error::of)?;
    Ok(true)
}

/// The same in a transaction that was begun, and goes on.
pub(super) async fn within(
    connection: &mut SqliteConnection,
    batch: &ViewBatch,
) -> Result<bool, StoreError> {
    let mut script = Script::default();
    advance(&mut script, batch)?;
    let moved = script.run(connection).await.map_err(error::of)?;
    if moved.is_empty() {
        return Ok(false);
    }
    let script = changes(batch)?;
    script.run(connection).await.map_err(error::of)?;
    Ok(true)
}

/// Gives a row if the batch is under the last token and follows what was written.
fn advance(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    script.statement(
        "UPDATE gesta_projections SET position = ?
        WHERE generation = ? AND token = ? AND position = ? AND stage < 2 RETURNING generation",
    );
    script.value(int(batch.to)?)?;
    script.value(clamped(batch.generation))?;
    script.value(clamped(batch.token))?;
    script.value(clamped(batch.from))
}

pub(super) fn changes(batch: &ViewBatch) -> Result<Script, StoreError> {
    let mut script = Script::default();
    delete_documents(&mut script, batch)?;
    upsert_documents(&mut script, batch)?;
    delete_entries(&mut script, batch)?;
    insert_entries(&mut script, batch)?;
    delete_parked(&mut script, batch)?;
    upsert_parked(&mut script, batch)?;
    Ok(script)
}

/// The rows in the order of the table, where neighbours stand on one page.
fn sorted<T: Ord>(rows: &[T]) -> Vec<&T> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_unstable();
    rows
}

fn delete_documents(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    for keys in sorted(&batch.deletes).chunks(ROWS) {
        script.value(clamped(batch.generation))?;
        script.rows(
            "DELETE FROM gesta_documents WHERE generation = ? AND key IN (SELECT column1 FROM",
            1,
            keys,
            ")",
            |values, key| values.add(key.as_str()),
        )?;
    }
    Ok(())
}

/// `OR REPLACE` writes in place here, without a look whether the row is there.
fn upsert_documents(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    let generation = clamped(batch.generation);
    script.rows(
        "INSERT OR REPLACE INTO gesta_documents (generation, key, document)
        SELECT column1, column2, column3 FROM",
        3,
        &sorted(&batch.upserts),
        "WHERE column1 IS NOT NULL",
        |values, (key, document)| {
            values.add(generation)?;
            values.add(key.as_str())?;
            values.add(document.as_str())
        },
    )
}

/// SQLite searches by the whole key if no more than two columns of it are in a list.
fn delete_entries(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    let sorted = sorted(&batch.old_entries);
    for of_index in sorted.chunk_by(|one, next| one.index == next.index) {
        for entries in of_index.chunks(ROWS) {
            script.value(clamped(batch.generation))?;
            script.value(entries.first().map(|entry| i64::from(entry.index)))?;
            script.rows(
                "DELETE FROM gesta_entries WHERE generation = ? AND number = ?
                AND (value, key) IN (SELECT column1, column2 FROM",
                2,
                entries,
                ")",
                |values, entry| {
                    values.add(entry.value.as_slice())?;
                    values.add(entry.key.as_str())
                },
            )?;
        }
    }
    Ok(())
}

fn insert_entries(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    let generation = clamped(batch.generation);
    script.rows(
        "INSERT OR REPLACE INTO gesta_entries (generation, number, value, key)
        SELECT column1, column2, column3, column4 FROM",
        4,
        &sorted(&batch.new_entries),
        "WHERE column1 IS NOT NULL",
        |values, entry| {
            values.add(generation)?;
            values.add(i64::from(entry.index))?;
            values.add(entry.value.as_slice())?;
            values.add(entry.key.as_str())
        },
    )
}

fn delete_parked(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    for events in sorted(&batch.unparked).chunks(ROWS) {
        script.value(clamped(batch.generation))?;
        script.rows(
            "DELETE FROM gesta_parked WHERE generation = ? AND (key, position) IN (
                SELECT column1, column2 FROM",
            2,
            events,
            ")",
            |values, (key, position)| {
                values.add(key.as_str())?;
                values.add(clamped(*position))
            },
        )?;
    }
    Ok(())
}

fn upsert_parked(script: &mut Script, batch: &ViewBatch) -> Result<(), StoreError> {
    let generation = clamped(batch.generation);
    script.rows(
        "INSERT OR REPLACE INTO gesta_parked (generation, key, position, error, attempts, request)
        SELECT column1, column2, column3, column4, column5, column6 FROM",
        6,
        &batch.parked,
        "WHERE column1 IS NOT NULL",
        |values, event| {
            values.add(generation)?;
            values.add(event.key.as_str())?;
            values.add(int(event.position)?)?;
            values.add(event.error.as_deref())?;
            values.add(i64::from(event.attempts))?;
            values.add(event.request.map(parked::stored).transpose()?)
        },
    )
}
