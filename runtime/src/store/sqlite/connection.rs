//! A connection that does one thing after another, and is replaced after anything went wrong with it.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};

use crate::store::StoreError;

use super::error;

pub(super) struct Connection {
    options: SqliteConnectOptions,
    state: State,
}

enum State {
    /// Nothing is open in it: no statement, no transaction.
    Idle(SqliteConnection),
    /// It was never made, something went wrong with the last one, or that is still in use in a future that was dropped.
    Lost,
    Closed,
}

impl Connection {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self {
            options,
            state: State::Idle(connection),
        }
    }

    /// One that is made when it is needed.
    pub(super) fn lazy(options: SqliteConnectOptions) -> Self {
        Self {
            options,
            state: State::Lost,
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self.state, State::Lost)
    }

    /// Takes the connection out, so that it is not used again if the future that uses it is dropped.
    pub(super) async fn take(&mut self) -> Result<SqliteConnection, StoreError> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(connection) => Ok(connection),
            State::Lost => self.options.connect().await.map_err(error::of),
            State::Closed => {
                self.state = State::Closed;
                Err(StoreError::unavailable("the store is closed"))
            }
        }
    }

    /// Gives it back for the next use, or closes it after an error: only a closed one is sure to have given up its
    /// transaction.
    pub(super) async fn give_back<T>(
        &mut self,
        connection: SqliteConnection,
        done: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if done.is_ok() {
            self.state = State::Idle(connection);
        } else {
            connection.close().await.ok();
        }
        done
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(connection) => connection.close().await.map_err(error::of),
            State::Lost | State::Closed => Ok(()),
        }
    }
}

#[cfg(test)]
impl Connection {
    /// As after something went wrong.
    pub(super) async fn lose(&mut self) {
        if let State::Idle(connection) = std::mem::replace(&mut self.state, State::Lost) {
            connection.close().await.unwrap();
        }
    }

    pub(super) fn be_impatient(&mut self) {
        let options = self.options.clone();
        self.options = options.busy_timeout(std::time::Duration::from_millis(20));
    }
}
