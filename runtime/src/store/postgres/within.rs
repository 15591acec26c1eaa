//! What a command needs inside a transaction that somebody else began and will end.

use std::time::Duration;

use sqlx::PgConnection;

use crate::store::views::Inline;
use crate::store::{CommandKey, Commit, Lookup, Outcome, Page, PageLimit, StoreError, StreamName};

use super::columns::Columns;
use super::seen::Seen;
use super::streams::{Pages, Wanted, query};
use super::views::inline::Folding;
use super::{PostgresStore, error, insert, lookup};

/// Only where the caller has not chosen a shorter time. It ends with the transaction.
const LIMIT: &str = "SELECT set_config(name, $1::bigint::text, true) FROM pg_settings
    WHERE name = 'idle_in_transaction_session_timeout' AND setting::bigint NOT BETWEEN 1 AND $1::bigint";

/// How long a statement takes is the caller's matter, as is what becomes of the transaction after an error.
impl PostgresStore {
    /// Locks the counter until the end of the transaction, and says where a stream stands.
    ///
    /// From then on no append of anybody's is under way, so that what is read next is what is written on. A caller who
    /// stops in the middle must not keep everybody waiting, so the server ends a transaction that does nothing for longer
    /// than the store is patient.
    pub(crate) async fn lock_within(
        &self,
        transaction: &mut PgConnection,
        key: &CommandKey,
    ) -> Result<Lookup, StoreError> {
        let limited = sqlx::query(LIMIT)
            .bind(self.patience)
            .execute(&mut *transaction);
        limited.await.map_err(error::of)?;
        let locked = sqlx::query(self.texts.lock.clone()).execute(&mut *transaction);
        locked.await.map_err(error::of)?;
        let query = sqlx::query(self.texts.lookup.clone());
        let query = query.bind([key.command_id]).bind([key.stream.as_str()]);
        let rows = query.fetch_all(transaction).await.map_err(error::of)?;
        match rows.first() {
            Some(row) => lookup::answer(row),
            None => Err(StoreError::failed("a lookup gave no answer")),
        }
    }

    /// Reads events of a stream, also those that the transaction itself has written.
    pub(crate) async fn read_within(
        &self,
        transaction: &mut PgConnection,
        stream: &StreamName,
        after: u64,
    ) -> Result<Page, StoreError> {
        let (stream, limit) = (stream.clone(), PageLimit::default());
        let wanted = Wanted {
            stream,
            after,
            limit,
        };
        let wanted = [&wanted];
        let rows = query(&self.texts.streams, &wanted).fetch_all(transaction);
        let mut pages = Pages::new(&wanted);
        for row in rows.await.map_err(error::of)? {
            if pages.take(&row)?.is_break() {
                break;
            }
        }
        let page = pages.finish().pop();
        page.unwrap_or_else(|| Err(StoreError::failed("a stream was not read")))
    }

    /// The same, and folds it into inline projections. Where one of them does not take it, the transaction is as it was.
    pub(crate) async fn append_and_fold_within(
        &self,
        transaction: &mut PgConnection,
        commit: &Commit,
        inline: &dyn Inline,
    ) -> Result<u64, StoreError> {
        execute(transaction, "SAVEPOINT gesta").await?;
        let position = self.append_within(transaction, commit).await?;
        let mut folding = Folding {
            connection: &mut *transaction,
            texts: &self.texts.inline,
            patience: self.patience(),
        };
        let folded = folding.fold(inline).await;
        if matches!(folded, Err(StoreError::Inline { .. })) {
            execute(transaction, "ROLLBACK TO SAVEPOINT gesta").await?;
        }
        folded?;
        execute(transaction, "RELEASE SAVEPOINT gesta").await?;
        Ok(position)
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.patience.unsigned_abs())
    }

    /// Writes a commit that stands on what [`lock_within`](Self::lock_within) found, and gives its position.
    pub(crate) async fn append_within(
        &self,
        transaction: &mut PgConnection,
        commit: &Commit,
    ) -> Result<u64, StoreError> {
        let columns = Columns::of([commit], &mut Seen::default())?;
        let written = match columns {
            Some(columns) => insert::insert(transaction, self.texts.insert.clone(), columns)
                .await
                .map_err(error::of)?,
            None => None,
        };
        match written.as_deref() {
            Some([Outcome::Written { position }]) => Ok(*position),
            _ => Err(StoreError::failed(
                "the transaction sees an older log than its lock; begin it as READ COMMITTED",
            )),
        }
    }
}

async fn execute(transaction: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    let done = sqlx::raw_sql(sql).execute(transaction).await;
    done.map(|_| ()).map_err(error::of)
}
