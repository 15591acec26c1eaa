//! From what sqlx and PostgreSQL say to what a store says. The details of a message, which quote values, are left out.

use sqlx::postgres::PgDatabaseError;

use crate::store::StoreError;

/// What the server said, without the detail and the hint, in which values may stand.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLSTATE {code})")]
struct Said {
    code: String,
    message: String,
}

pub(super) fn of(error: sqlx::Error) -> StoreError {
    use sqlx::Error;
    match error {
        Error::Database(database) => match database.try_downcast::<PgDatabaseError>() {
            Ok(said) => of_server(&said),
            Err(other) => StoreError::failed(other),
        },
        // Without the cause, which may show what is stored.
        Error::ColumnDecode { index, .. } => {
            StoreError::Corrupt(format!("column {index} of a row cannot be read"))
        }
        Error::Io(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed => StoreError::unavailable(error),
        _ => StoreError::failed(error),
    }
}

fn of_server(said: &PgDatabaseError) -> StoreError {
    let (code, message) = (said.code().to_owned(), said.message().to_owned());
    let said = Said { code, message };
    match class(&said.code) {
        Class::MayPass => StoreError::unavailable(said),
        Class::Damage => StoreError::Corrupt(format!("PostgreSQL says: {said}")),
        Class::Other => StoreError::failed(said),
    }
}

enum Class {
    MayPass,
    Damage,
    Other,
}

/// By the classes of SQLSTATE, appendix A of PostgreSQL's manual.
fn class(code: &str) -> Class {
    match code {
        // A server that only reads is one that is not the primary, or not yet.
        "25006" => Class::MayPass,
        "XX001" | "XX002" => Class::Damage,
        // What was said is not understood, such as a setting that a pooler does not take.
        "08P01" => Class::Other,
        _ => match code.get(..2) {
            // Connections, transactions that got in each other's way or were left idle, resources, locks, an operator,
            // the system.
            Some("08" | "25" | "40" | "53" | "55" | "57" | "58") => Class::MayPass,
            _ => Class::Other,
        },
    }
}

/// Whether what others were told in a transaction of ours may not be said the next time.
pub(super) fn may_pass(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    match error {
        // A statement that takes too long takes as long the next time.
        Error::Database(_) => code(error)
            .filter(|code| code != "57014")
            .is_some_and(|code| {
                matches!(code.as_str(), "25P03" | "55006" | "55P03")
                    || matches!(code.get(..2), Some("08" | "40" | "53" | "57" | "58"))
            }),
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Whether a key refused a row: some commit of the batch cannot be written.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| code == "23505")
}

/// Whether the connection went away, and not merely a statement wrong.
pub(super) fn is_lost(error: &StoreError) -> bool {
    let StoreError::Unavailable(source) = error else {
        return false;
    };
    match source.downcast_ref::<Said>() {
        Some(said) => matches!(said.code.get(..2), Some("08" | "57")) || said.code == "25P03",
        None => true,
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}
