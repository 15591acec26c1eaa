//! Taking rows apart.

use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row, Type};

use crate::store::sql::numbers::unsigned;
use crate::store::{Recording, StoreError};

use super::error;

pub(super) fn get<'r, T>(row: &'r PgRow, column: usize) -> Result<T, StoreError>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get_unchecked(column).map_err(error::of)
}

/// A number that is never negative; 0 where there is none.
pub(super) fn count(row: &PgRow, column: usize) -> Result<u64, StoreError> {
    optional_count(row, column).map(Option::unwrap_or_default)
}

pub(super) fn optional_count(row: &PgRow, column: usize) -> Result<Option<u64>, StoreError> {
    get::<Option<i64>>(row, column)?.map(unsigned).transpose()
}

/// Reads version, position, events and digest from this column on; `None` if there is no such row.
pub(super) fn recording(row: &PgRow, from: usize) -> Result<Option<Recording>, StoreError> {
    let Some(version) = optional_count(row, from)? else {
        return Ok(None);
    };
    Ok(Some(Recording {
        version,
        position: count(row, from + 1)?,
        events: unsigned(count(row, from + 2)?)?,
        digest: get(row, from + 3)?,
    }))
}
