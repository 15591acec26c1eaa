//! Numbers that are unsigned here and signed in a database, and pages of rows.

use crate::store::{PageLimit, StoreError};

/// A number that a database can keep.
pub(in crate::store) fn int(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::failed("a number is beyond 2^63"))
}

/// A number that a database keeps signed, and larger than it need be.
pub(in crate::store) fn unsigned<T: TryInto<U>, U>(number: T) -> Result<U, StoreError> {
    let out_of_range = |_| StoreError::Corrupt("a number is out of its range".to_owned());
    number.try_into().map_err(out_of_range)
}

/// Where to read on from: nothing is stored beyond 2^63.
pub(in crate::store) fn clamped(after: u64) -> i64 {
    i64::try_from(after).unwrap_or(i64::MAX)
}

/// The row after the page tells that there are more.
pub(in crate::store) fn one_more(limit: PageLimit) -> i64 {
    i64::from(limit.events).max(1) + 1
}

/// Stops at a hole.
pub(in crate::store) fn follows(what: &str, last: u64, next: u64) -> Result<u64, StoreError> {
    if last.checked_add(1) == Some(next) {
        Ok(next)
    } else {
        Err(StoreError::Corrupt(format!(
            "{what} goes from {last} to {next}"
        )))
    }
}
