//! Events as the server sends them.

use std::ops::ControlFlow;

use sqlx::postgres::PgRow;

use crate::event::Meta;
use crate::store::sql::numbers::unsigned;
use crate::store::{LogEvent, PageLimit, StoreError, StreamName};
use crate::time::Timestamp;

use super::row::{count, get};

/// The columns that [`event`] reads.
pub(super) const COLUMNS: &str =
    "position, version, recorded_at, schema, command_id, name, payload::text, correlation,
    causation, actor";
/// The column of these that holds the JSON.
const JSON: usize = 6;
/// The column behind these.
pub(super) const NEXT: usize = 10;

/// How many bytes an event takes beside its JSON, about.
const BESIDE: usize = 64;

/// How many times the bytes of the pages are read, to have the connection at the end of the answer; an answer that is
/// longer ends with its connection. To have the server count bytes would double the time that it takes for common events.
const READ: usize = 4;

/// How many bytes a page takes at most, about, but for what its last event has too much.
pub(super) fn budget(limit: PageLimit) -> usize {
    let beside = BESIDE.saturating_mul(limit.events as usize + 2);
    limit.bytes.saturating_add(beside)
}

/// How many bytes an event takes, about.
pub(super) fn size(row: &PgRow) -> Result<usize, StoreError> {
    Ok(BESIDE + get::<&str>(row, JSON)?.len())
}

/// Whether to read on behind the pages, once so many bytes were read.
pub(super) fn read_on(bytes: usize, budget: usize) -> ControlFlow<()> {
    match bytes > budget.saturating_mul(READ) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// Reads an event of this stream.
pub(super) fn event(row: &PgRow, stream: StreamName) -> Result<LogEvent<'_>, StoreError> {
    Ok(LogEvent {
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
