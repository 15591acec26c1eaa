//! A connection that does one thing after another, and is replaced after anything went wrong with it.

use std::ops::{Deref, DerefMut};

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};

use crate::store::StoreError;

use super::error;

/// What a transaction survives, beside the end of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sync {
    /// What the store was opened for.
    Chosen,
    /// The end of the system only once a later one is synced: then both are there, or neither.
    Later,
}

pub(super) struct Connection {
    options: SqliteConnectOptions,
    /// What was chosen for the store.
    level: SqliteSynchronous,
    state: State,
}

enum State {
    /// Nothing is open in it: no statement, no transaction. Its next transaction is synced so.
    Idle(Linked),
    /// It was never made, something went wrong with the last one, or that is still in use in a future that was dropped.
    Lost,
    Closed,
}

/// A connection, and how its transactions are synced.
pub(super) struct Linked {
    connection: SqliteConnection,
    sync: Sync,
}

impl Linked {
    fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            sync: Sync::Chosen,
        }
    }

    /// Not through the cache of statements: SQLite does what this asks for when it prepares it, and nothing later.
    async fn switch(&mut self, sync: Sync, level: SqliteSynchronous) -> Result<(), StoreError> {
        if self.sync == sync {
            return Ok(());
        }
        let sql = match (sync, level) {
            (Sync::Chosen, SqliteSynchronous::Full) => "PRAGMA synchronous = FULL",
            _ => "PRAGMA synchronous = NORMAL",
        };
        let done = sqlx::raw_sql(sql).execute(&mut self.connection).await;
        done.map_err(error::of)?;
        self.sync = sync;
        Ok(())
    }
}

impl Deref for Linked {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Linked {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Connection {
    /// One that was made with these options.
    pub(super) fn new(
        options: SqliteConnectOptions,
        level: SqliteSynchronous,
        connection: SqliteConnection,
    ) -> Self {
        Self {
            options,
            level,
            state: State::Idle(Linked::new(connection)),
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        matches!(self.state, State::Lost)
    }

    /// Takes the connection out, so that it is not used again if the future that uses it is dropped.
    pub(super) async fn take(&mut self, sync: Sync) -> Result<Linked, StoreError> {
        let mut linked = match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(linked) => linked,
            State::Lost => Linked::new(self.options.connect().await.map_err(error::of)?),
            State::Closed => {
                self.state = State::Closed;
                return Err(StoreError::unavailable("the store is closed"));
            }
        };
        linked.switch(sync, self.level).await?;
        Ok(linked)
    }

    /// Gives it back for the next use, or closes it after an error: only a closed one is sure to have given up its
    /// transaction.
    pub(super) async fn give_back<T>(
        &mut self,
        linked: Linked,
        done: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if done.is_ok() {
            self.state = State::Idle(linked);
        } else {
            linked.connection.close().await.ok();
        }
        done
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(linked) => linked.connection.close().await.map_err(error::of),
            State::Lost | State::Closed => Ok(()),
        }
    }
}

#[cfg(test)]
impl Connection {
    /// As after something went wrong.
    pub(super) async fn lose(&mut self) {
        if let State::Idle(linked) = std::mem::replace(&mut self.state, State::Lost) {
            linked.connection.close().await.unwrap();
        }
    }

    pub(super) fn be_impatient(&mut self) {
        let options = self.options.clone();
        self.options = options.busy_timeout(std::time::Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Row;

    async fn level(linked: &mut Linked) -> i64 {
        let row = sqlx::raw_sql("PRAGMA synchronous").fetch_one(&mut **linked);
        row.await.unwrap().get(0)
    }

    #[tokio::test]
    async fn what_has_to_be_synced_is_whatever_was_written_before() {
        for (chosen, number) in [(SqliteSynchronous::Full, 2), (SqliteSynchronous::Normal, 1)] {
            let folder = tempfile::tempdir().unwrap();
            let options = SqliteConnectOptions::new()
                .filename(folder.path().join("log.db"))
                .create_if_missing(true)
                .synchronous(chosen);
            let first = options.connect().await.unwrap();
            let mut connection = Connection::new(options, chosen, first);
            for _ in 0..3 {
                for (sync, expected) in [(Sync::Chosen, number), (Sync::Later, 1)] {
                    let mut linked = connection.take(sync).await.unwrap();
                    assert_eq!(level(&mut linked).await, expected, "{chosen:?} {sync:?}");
                    connection.give_back(linked, Ok(())).await.unwrap();
                }
            }
            let linked = connection.take(Sync::Later).await.unwrap();
            let failed = connection.give_back(linked, Err::<(), _>(StoreError::failed("no")));
            failed.await.unwrap_err();
            let mut anew = connection.take(Sync::Chosen).await.unwrap();
            assert_eq!(level(&mut anew).await, number);
        }
    }
}
