//! The steps in which tables are made, each of them once.

use crate::fnv;
use crate::store::StoreError;

/// It need only tell one text of ours from another.
pub(in crate::store) fn checksum(text: &str) -> i64 {
    fnv::hash(text.bytes()).cast_signed()
}

/// Compares the numbers and checksums that a database has with the steps of this program, and counts them.
pub(in crate::store) fn check_made(
    steps: &[&str],
    made: &[(i64, i64)],
) -> Result<usize, StoreError> {
    let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
    if made.len() > steps.len() {
        return Err(StoreError::NewerSchema {
            found: count(made.len()),
            known: count(steps.len()),
        });
    }
    for ((number, step), made) in (1_i64..).zip(steps).zip(made) {
        if *made != (number, checksum(step)) {
            let text = format!("schema step {number} is not the one that this program makes");
            return Err(StoreError::Corrupt(text));
        }
    }
    Ok(made.len())
}
