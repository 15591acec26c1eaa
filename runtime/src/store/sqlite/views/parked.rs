//! Events that are kept apart.

use sqlx::sqlite::SqliteRow;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, int, unsigned};
use crate::store::views::{ParkedEvent, Request};

use super::super::row::{LIMIT, count, get};
use super::super::script::Script;

/// Stands for [`Request::Retry`], as no position does.
const RETRY: i64 = -1;

pub(super) fn stored(request: Request) -> Result<i64, StoreError> {
    match request {
        Request::Retry => Ok(RETRY),
        Request::Skip(position) => int(position),
    }
}

pub(super) fn event(row: &SqliteRow) -> Result<ParkedEvent, StoreError> {
    let request: Option<i64> = get(row, 4)?;
    Ok(ParkedEvent {
        key: get(row, 0)?,
        position: count(row, 1)?,
        error: get(row, 2)?,
        attempts: unsigned(count(row, 3)?)?,
        request: match request {
            Some(RETRY) => Some(Request::Retry),
            Some(position) => Some(Request::Skip(unsigned(position)?)),
            None => None,
        },
    })
}

pub(super) fn page(
    generation: u64,
    after: Option<(&str, u64)>,
    limit: u32,
) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(&format!(
        "SELECT key, position, error, attempts, request FROM gesta_parked
        WHERE generation = ? AND (key, position) > (?, ?) ORDER BY key, position {LIMIT}"
    ));
    let (key, position) = after.unwrap_or_default();
    script.value(clamped(generation))?;
    script.value(key)?;
    script.value(clamped(position))?;
    script.value(i64::from(limit))?;
    Ok(script)
}

pub(super) fn request(generation: u64, key: &str, request: Request) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(
        "UPDATE gesta_parked AS first SET request = ?
        WHERE generation = ? AND key = ? AND position IN (
            SELECT min(position) FROM gesta_parked AS p
            WHERE p.generation = first.generation AND p.key = first.key)
            AND coalesce(?, position) = position
        RETURNING position",
    );
    let skipped = match request {
        Request::Skip(position) => Some(clamped(position)),
        Request::Retry => None,
    };
    script.value(stored(request)?)?;
    script.value(clamped(generation))?;
    script.value(key)?;
    script.value(skipped)?;
    Ok(script)
}
