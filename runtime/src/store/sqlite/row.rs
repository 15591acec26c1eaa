//! Taking rows apart.

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};
use uuid::Uuid;

use crate::event::Meta;
use crate::store::sql::numbers::unsigned;
use crate::store::{Recording, StoreError, StoredEvent, StreamName};
use crate::time::Timestamp;

use super::error;

pub(super) fn get<'r, T>(row: &'r SqliteRow, column: usize) -> Result<T, StoreError>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
{
    row.try_get_unchecked(column).map_err(error::of)
}

/// A number that is never negative.
pub(super) fn count(row: &SqliteRow, column: usize) -> Result<u64, StoreError> {
    optional_count(row, column).map(Option::unwrap_or_default)
}

pub(super) fn optional_count(row: &SqliteRow, column: usize) -> Result<Option<u64>, StoreError> {
    get::<Option<i64>>(row, column)?.map(unsigned).transpose()
}

fn small(row: &SqliteRow, column: usize) -> Result<u32, StoreError> {
    unsigned(count(row, column)?)
}

/// At most so many rows. Where a bare `?` is bound, SQLite plans by its value, and prepares the statement anew each time.
pub(super) const LIMIT: &str = "LIMIT ? + 0";

/// The columns that [`event`] reads, in its order.
pub(super) const EVENT_COLUMNS: &str = "e.position, e.version, e.name, e.schema, e.payload, \
     e.command_id, e.correlation, e.causation, e.actor, e.recorded_at";

/// Reads an event of this stream.
pub(super) fn event(row: &SqliteRow, stream: StreamName) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        position: count(row, 0)?,
        stream,
        version: count(row, 1)?,
        name: get(row, 2)?,
        schema: small(row, 3)?,
        json: get(row, 4)?,
        meta: Meta {
            command_id: get::<Uuid>(row, 5)?,
            correlation: get(row, 6)?,
            causation: get(row, 7)?,
            actor: get(row, 8)?,
            time: Timestamp::from_micros(get(row, 9)?),
        },
    })
}

/// Reads version, position, events and digest from this column on; `None` if there is no such row.
pub(super) fn recording(row: &SqliteRow, from: usize) -> Result<Option<Recording>, StoreError> {
    let Some(version) = optional_count(row, from)? else {
        return Ok(None);
    };
    Ok(Some(Recording {
        version,
        position: count(row, from + 1)?,
        events: small(row, from + 2)?,
        digest: get(row, from + 3)?,
    }))
}
