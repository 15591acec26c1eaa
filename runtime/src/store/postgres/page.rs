//! Events as the server sends them.

use sqlx::postgres::PgRow;

use crate::event::Meta;
use crate::store::sql::numbers::unsigned;
use crate::store::{StoreError, StoredEvent, StreamName};
use crate::time::Timestamp;

use super::row::{count, get};

/// The columns that [`event`] reads.
pub(super) const COLUMNS: &str =
    "position, version, recorded_at, schema, command_id, name, payload::text, correlation,
    causation, actor";
/// The column of these that holds the JSON.
pub(super) const JSON: usize = 6;
/// The column behind these.
pub(super) const NEXT: usize = 10;

/// How many bytes an event takes beside its JSON, about.
pub(super) const BESIDE: usize = 64;

/// Reads an event of this stream.
pub(super) fn event(row: &PgRow, stream: StreamName) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        position: count(row, 0)?,
        stream,
        version: count(row, 1)?,
        name: get(row, 5)?,
        schema: unsigned(get::<i64>(row, 3)?)?,
        json: get(row, JSON)?,
        meta: Meta {
            command_id: get(row, 4)?,
            time: Timestamp::from_micros(get(row, 2)?),
            correlation: get(row, 7)?,
            causation: get(row, 8)?,
            actor: get(row, 9)?,
        },
    })
}
