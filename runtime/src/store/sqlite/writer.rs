//! What writes: one connection for the log and for read models, another for tables of the user's own, one at a time.
//!
//! A connection forgets all pages that it holds once another has written, and reads them anew. So the two that write all the
//! time are one.

use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow, SqliteSynchronous};

use crate::store::views::{Inline, ViewBatch};
use crate::store::{Commit, Outcome, StoreError};

use super::connection::{Connection, Linked, Sync};
use super::script::Script;
use super::streams::Streams;
use super::views::Tables;
use super::{error, settle, views, write};

pub(super) struct Writer {
    log: Connection,
    tables: Tables,
    streams: Streams,
}

impl Writer {
    pub(super) fn new(
        options: SqliteConnectOptions,
        level: SqliteSynchronous,
        connection: SqliteConnection,
    ) -> Self {
        let tables = options.clone().synchronous(SqliteSynchronous::Normal);
        Self {
            log: Connection::new(options, level, connection),
            tables: Tables::new(tables),
            streams: Streams::default(),
        }
    }

    /// Makes final what became of an append that failed or was dropped; nothing to do after one that did not.
    ///
    /// An error means that it is still open.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        if !self.log.is_lost() {
            return Ok(());
        }
        let mut connection = self.log.take(Sync::Chosen).await?;
        let done = settle::overwrite(&mut connection).await;
        self.log.give_back(connection, done).await
    }

    pub(super) async fn append(
        &mut self,
        batch: &[Commit],
        inline: Option<&dyn Inline>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut connection = self.log.take(Sync::Chosen).await?;
        let (streams, connected) = (&mut self.streams, &mut connection);
        let done = match inline {
            None => write::append(connected, streams, batch).await.map(Ok),
            Some(inline) => write::append_inline(connected, streams, batch, inline).await,
        };
        if !matches!(done, Ok(Ok(_))) {
            self.streams.forget();
        }
        // Until a failed one is closed, `lookup` could miss what is about to be written.
        self.log.give_back(connection, done).await?
    }

    /// Changes what is kept of read models, in one transaction, and gives what the statements gave.
    pub(super) async fn change(&mut self, script: Script) -> Result<Vec<SqliteRow>, StoreError> {
        let mut connection = self.take_for_views().await?;
        let done = script.transact(&mut connection).await.map_err(error::of);
        self.log.give_back(connection, done).await
    }

    pub(super) async fn fold(&mut self, batch: &ViewBatch) -> Result<bool, StoreError> {
        let mut connection = self.take_for_views().await?;
        let done = views::write(&mut connection, batch).await;
        self.log.give_back(connection, done).await
    }

    /// For read models, which need not be durable at once: the next commit of the log makes them so.
    async fn take_for_views(&mut self) -> Result<Linked, StoreError> {
        // What is not synced makes nothing final.
        self.settle().await?;
        self.log.take(Sync::Later).await
    }

    pub(super) fn tables(&mut self) -> &mut Tables {
        &mut self.tables
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        let tables = self.tables.close().await;
        self.log.close().await.and(tables)
    }
}

#[cfg(test)]
impl Writer {
    pub(super) fn log(&mut self) -> &mut Connection {
        &mut self.log
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
        let mut writer = store.writer.lock().await;
        let mut connection = writer.log.take(Sync::Chosen).await.unwrap();
        let sql = "PRAGMA max_page_count = 300";
        let small = sqlx::raw_sql(sql).execute(&mut *connection).await;
        let small = small.map_err(error::of);
        writer.log.give_back(connection, small).await.unwrap();
        drop(writer);
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
