//! From what sqlx and SQLite say to what a store says. Neither puts a bound value into its messages.

use crate::store::StoreError;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const IO: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;

const NOT_NULL: i32 = 1299;
const PRIMARY_KEY: i32 = 1555;
const RAISED_BY_TRIGGER: i32 = 1811;
const UNIQUE: i32 = 2067;

pub(super) fn of(error: sqlx::Error) -> StoreError {
    use sqlx::Error;
    match &error {
        Error::Database(database) => match code(&error).map(|code| code & 0xff) {
            Some(BUSY | LOCKED | IO | FULL | CANNOT_OPEN) => StoreError::unavailable(error),
            Some(CORRUPT) => StoreError::Corrupt(format!("SQLite says: {}", database.message())),
            _ => StoreError::failed(error),
        },
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => {
            StoreError::unavailable(error)
        }
        _ => StoreError::failed(error),
    }
}

/// Whether another connection holds a lock that is wanted.
pub(super) fn is_busy(error: &StoreError) -> bool {
    let StoreError::Unavailable(source) = error else {
        return false;
    };
    let code = source.downcast_ref().and_then(code);
    matches!(code.map(|code| code & 0xff), Some(BUSY | LOCKED))
}

/// Whether a key, the trigger or a stream that is not there refused a row: some commit of the batch cannot be written.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    matches!(
        code(error),
        Some(NOT_NULL | PRIMARY_KEY | RAISED_BY_TRIGGER | UNIQUE)
    )
}

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// A number that the store can keep.
pub(super) fn int(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::failed("a number is beyond 2^63"))
}
