//! What can go wrong in a store.

use std::error::Error;
use std::sync::Arc;

use thiserror::Error;

/// Why a store did not do what it was asked. Cheap to clone: one failed batch answers many callers.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached or cannot take anything now: a lock held too long, a full disk, a closed database.
    /// Try again later, with the same command id.
    #[error("the store is not available")]
    Unavailable(#[source] Arc<dyn Error + Send + Sync>),
    /// The store refused what it was given. See the cause; trying again will not help.
    #[error("the store refused a request")]
    Failed(#[source] Arc<dyn Error + Send + Sync>),
    /// What is stored contradicts itself: a hole in the log or in a stream, a number out of its range. Nothing is read
    /// past it. Restore the store from a backup.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// The store's address is not one that Gesta understands. Use `memory:`, `sqlite:path` or `postgres://..`.
    #[error("`{address}` is not the address of a store: {reason}")]
    Address {
        /// The address, without what follows a `?` or may be a password.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database engine is one that is known to damage databases. Use a newer one.
    #[error("the engine {engine} can damage a database; {wanted} or newer is needed")]
    UnsafeEngine {
        /// The engine and its version.
        engine: String,
        /// The oldest version that will do.
        wanted: String,
    },
    /// The server is set so that it can lose or bend what is stored. Change the setting.
    #[error("the server runs with {setting}: {risk}")]
    UnsafeSetting {
        /// The setting and its value.
        setting: String,
        /// What can happen.
        risk: String,
    },
    /// A schema or a table prefix is not one that can be used without quotes. Take another.
    #[error("`{name}` cannot be a {what}: {reason}")]
    Name {
        /// What it is to be the name of.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An inline projection does not take an event, and so nothing of the command is stored. Mend the projection, or send
    /// another command.
    #[error(
        "the inline projection `{projection}` does not take the event at position {position}: {message}"
    )]
    Inline {
        /// The name of the projection.
        projection: String,
        /// The position of the event, or the one that it would have had.
        position: u64,
        /// What was said of it.
        message: String,
    },
    /// The database was made by a newer version of Gesta. Deploy that version.
    #[error("the database has schema step {found}, this program knows {known}")]
    NewerSchema {
        /// The newest step that the database has.
        found: i64,
        /// The newest step that this program has.
        known: i64,
    },
}

impl StoreError {
    /// An error that a later try may not meet.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(source.into()))
    }

    /// An error that a later try will meet again.
    pub fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(Arc::from(source.into()))
    }
}
