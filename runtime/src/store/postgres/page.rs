//! Events as the server sends them: one row, with an array for each column. A row for each event would take twice as long
//! to read.

use std::vec::IntoIter;

use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::event::Meta;
use crate::store::{StoreError, StoredEvent, StreamName};
use crate::time::Timestamp;

use super::row::{get, unsigned};

/// The columns that [`Arrays`] reads, of rows that come in order.
pub(super) const ARRAYS: &str = "array_agg(position), array_agg(version), array_agg(recorded_at), array_agg(schema),
    array_agg(command_id), array_agg(name), array_agg(payload::text), array_agg(correlation), array_agg(causation),
    array_agg(actor)";
/// How many these are.
pub(super) const COUNT: usize = 10;

/// How many bytes of JSON stand before the event that is before each: a page ends at the first event that reaches its
/// limit, and one event more tells that there are more.
pub(super) const BEFORE: &str = "coalesce(sum(octet_length(payload::text))
        OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING), 0) AS before";

/// Events, column by column.
pub(super) struct Arrays {
    positions: IntoIter<i64>,
    versions: IntoIter<i64>,
    times: IntoIter<i64>,
    schemas: IntoIter<i64>,
    command_ids: IntoIter<Uuid>,
    names: IntoIter<String>,
    payloads: IntoIter<String>,
    correlations: IntoIter<Option<String>>,
    causations: IntoIter<Option<String>>,
    actors: IntoIter<Option<String>>,
}

impl Arrays {
    /// Takes the columns from the beginning of a row.
    pub(super) fn read(row: &PgRow) -> Result<Self, StoreError> {
        Ok(Self {
            positions: array(row, 0)?,
            versions: array(row, 1)?,
            times: array(row, 2)?,
            schemas: array(row, 3)?,
            command_ids: array(row, 4)?,
            names: array(row, 5)?,
            payloads: array(row, 6)?,
            correlations: array(row, 7)?,
            causations: array(row, 8)?,
            actors: array(row, 9)?,
        })
    }

    /// The next event, which is of this stream; `None` after the last.
    pub(super) fn next(&mut self, stream: StreamName) -> Option<Result<StoredEvent, StoreError>> {
        let numbers = (
            self.positions.next()?,
            self.versions.next()?,
            self.schemas.next()?,
        );
        let (name, json) = (self.names.next()?, self.payloads.next()?);
        let meta = Meta {
            command_id: self.command_ids.next()?,
            time: Timestamp::from_micros(self.times.next()?),
            correlation: self.correlations.next()?,
            causation: self.causations.next()?,
            actor: self.actors.next()?,
        };
        Some(event(stream, numbers, name, json, meta))
    }
}

fn event(
    stream: StreamName,
    (position, version, schema): (i64, i64, i64),
    name: String,
    json: String,
    meta: Meta,
) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        position: unsigned(position)?,
        stream,
        version: unsigned(version)?,
        name,
        schema: unsigned(schema)?,
        json,
        meta,
    })
}

/// An array; an aggregate over no rows is null.
pub(super) fn array<'r, T>(row: &'r PgRow, column: usize) -> Result<IntoIter<T>, StoreError>
where
    Vec<T>: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let items: Option<Vec<T>> = get(row, column)?;
    Ok(items.unwrap_or_default().into_iter())
}

/// Stops at a hole.
pub(super) fn follows(what: &str, last: u64, next: u64) -> Result<(), StoreError> {
    if last.checked_add(1) == Some(next) {
        Ok(())
    } else {
        Err(StoreError::Corrupt(format!(
            "{what} goes from {last} to {next}"
        )))
    }
}

/// Nothing is stored beyond 2^63.
pub(super) fn clamped(after: u64) -> i64 {
    i64::try_from(after).unwrap_or(i64::MAX)
}
