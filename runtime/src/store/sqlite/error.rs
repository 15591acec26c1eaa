//! From what sqlx and SQLite say to what a store says. Neither puts a bound value into its messages.

use crate::store::StoreError;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NO_MEMORY: i32 = 7;
const IO: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
/// A lock of the write-ahead log that many at once were after.
const PROTOCOL: i32 = 15;

const NOT_NULL: i32 = 1299;
const PRIMARY_KEY: i32 = 1555;
const RAISED_BY_TRIGGER: i32 = 1811;
const UNIQUE: i32 = 2067;

pub(super) fn of(error: sqlx::Error) -> StoreError {
    use sqlx::Error;
    match &error {
        Error::Database(_) if passes(&error) => StoreError::unavailable(error),
        Error::Database(database) => match code(&error).map(|code| code & 0xff) {
            Some(CORRUPT) => StoreError::Corrupt(format!("SQLite says: {}", database.message())),
            _ => StoreError::failed(error),
        },
        // Without the cause, which may show what is stored.
        Error::ColumnDecode { index, .. } => {
            StoreError::Corrupt(format!("column {index} of a row cannot be read"))
        }
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => {
            StoreError::unavailable(error)
        }
        _ => StoreError::failed(error),
    }
}

/// Whether what others were told in a transaction of ours may not be said the next time.
pub(super) fn may_pass(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    match error {
        Error::Database(_) => passes(error),
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        _ => false,
    }
}

fn passes(error: &sqlx::Error) -> bool {
    matches!(
        code(error).map(|code| code & 0xff),
        Some(BUSY | LOCKED | NO_MEMORY | IO | FULL | CANNOT_OPEN | PROTOCOL)
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::error::{DatabaseError, ErrorKind};
    use std::borrow::Cow;
    use std::error::Error;
    use std::fmt;

    #[derive(Debug)]
    struct Code(i32);

    impl fmt::Display for Code {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a failure")
        }
    }

    impl Error for Code {}

    impl DatabaseError for Code {
        fn message(&self) -> &'static str {
            "a failure"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.to_string().into())
        }

        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        let of = |code| super::of(sqlx::Error::Database(Box::new(Code(code))));
        // The last is SQLITE_IOERR_FSYNC.
        for code in [5, 6, 7, 10, 13, 14, 15, 1034] {
            assert!(matches!(of(code), StoreError::Unavailable(_)), "{code}");
        }
        assert!(matches!(of(11), StoreError::Corrupt(_)));
        assert!(matches!(of(1), StoreError::Failed(_)));
    }
}
