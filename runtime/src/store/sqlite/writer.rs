//! The one connection that writes.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::store::{Commit, Outcome, StoreError};

use super::streams::Streams;
use super::{error, settle, write};

pub(super) struct Writer {
    options: SqliteConnectOptions,
    state: State,
    streams: Streams,
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
            streams: Streams::default(),
        }
    }

    /// Makes final what became of an append that failed or was dropped; nothing to do after one that did not.
    ///
    /// An error means that it is still open.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        if !matches!(self.state, State::Lost) {
            return Ok(());
        }
        let mut connection = self.take().await?;
        match settle::overwrite(&mut connection).await {
            Ok(()) => {
                self.state = State::Idle(connection);
                Ok(())
            }
            Err(error) => {
                connection.close().await.ok();
                Err(error)
            }
        }
    }

    pub(super) async fn append(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let mut connection = self.take().await?;
        match write::append(&mut connection, &mut self.streams, batch).await {
            Ok(outcomes) => {
                self.state = State::Idle(connection);
                Ok(outcomes)
            }
            Err(error) => {
                // Only a closed connection is sure to have given up its transaction. Until it has, `lookup` could
                // miss what is about to be written.
                connection.close().await.ok();
                self.streams.forget();
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

#[cfg(test)]
impl Writer {
    /// As after an append that failed.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Meta;
    use crate::store::{CommandKey, NewEvent, PageLimit, SqliteStore, Store, StreamName};
    use crate::time::Timestamp;
    use uuid::Uuid;

    fn large(id: u32) -> Commit {
        Commit {
            stream: StreamName::new("Thing", &id.to_string()).unwrap(),
            expected: 0,
            digest: None,
            events: vec![NewEvent {
                name: "Happened".into(),
                schema: 1,
                json: format!("\"{}\"", "x".repeat(50_000)),
            }],
            meta: Meta {
                command_id: Uuid::from_u128(id.into()),
                time: Timestamp::from_micros(0),
                correlation: None,
                causation: None,
                actor: None,
            },
            snapshot: None,
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_after_which_nothing_is_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("log.db"))
            .await
            .unwrap();
        if let State::Idle(connection) = &mut store.writer.lock().await.state {
            let sql = "PRAGMA max_page_count = 300";
            sqlx::raw_sql(sql).execute(connection).await.unwrap();
        }
        let mut written = 0;
        let error = loop {
            let batch = [large(written), large(written + 1)];
            match store.append(&batch).await {
                Ok(_) => written += 2,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(written > 4);
        let keys = [written, written + 1].map(|id| CommandKey {
            command_id: Uuid::from_u128(id.into()),
            stream: large(id).stream,
        });
        for found in store.lookup(&keys).await.unwrap() {
            assert_eq!((found.version, found.known), (0, None));
        }
        // The new connection has the disk to itself again.
        let outcomes = store.append(&[large(written)]).await.unwrap();
        let position = u64::from(written) + 1;
        assert_eq!(outcomes, [Outcome::Written { position }]);
        let page = store.read_log(0, PageLimit::default()).await.unwrap();
        assert_eq!(page.events.len() as u64, position);
    }
}
