//! The one connection that writes.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::store::{Commit, Outcome, StoreError};

use super::{error, write};

pub(super) struct Writer {
    options: SqliteConnectOptions,
    state: State,
}

enum State {
    /// Nothing is open in it: no statement, no transaction.
    Idle(SqliteConnection),
    /// Something went wrong with the last one, or is still going on in a future that was dropped.
    Lost,
    Closed,
}

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self {
            options,
            state: State::Idle(connection),
        }
    }

    pub(super) async fn append(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let mut connection = self.take().await?;
        match write::append(&mut connection, batch).await {
            Ok(outcomes) => {
                self.state = State::Idle(connection);
                Ok(outcomes)
            }
            Err(error) => {
                // Only a closed connection is sure to have given up its transaction. Until it has, `lookup` could
                // miss what is about to be written.
                connection.close().await.ok();
                Err(error)
            }
        }
    }

    /// Takes the connection out, so that it is not used again if the future that uses it is dropped.
    async fn take(&mut self) -> Result<SqliteConnection, StoreError> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(connection) => Ok(connection),
            State::Lost => self.options.connect().await.map_err(error::of),
            State::Closed => {
                self.state = State::Closed;
                Err(StoreError::unavailable("the store is closed"))
            }
        }
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(connection) => connection.close().await.map_err(error::of),
            State::Lost | State::Closed => Ok(()),
        }
    }
}
