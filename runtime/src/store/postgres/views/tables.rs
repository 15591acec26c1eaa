//! Tables of the user's own.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Connection, PgConnection, Postgres, raw_sql};

use crate::store::StoreError;
use crate::store::sql::numbers::int;
use crate::store::tables::{
    Burial, Sql, SqlConnection, TableError, TableFuture, TableStore, TableTurn, TableWork, Teardown,
};

use super::super::error;
use super::super::row::get;
use super::super::session::{Session, answered, in_time};
use super::Views;

/// The row is locked until the end. The number of the transaction tells whether it is still the same then.
pub(super) const FENCE: &str =
    "SELECT has_tables, pg_current_xact_id()::text FROM gesta.projections
    WHERE generation = $1 AND token = $2 AND position = $3 AND stage < 2 FOR UPDATE";

pub(super) const BURY: &str = "SELECT has_tables, pg_current_xact_id()::text FROM gesta.projections
    WHERE generation = $1 AND stage = 2 AND has_tables FOR UPDATE";

/// A dropped one has no tables any more.
pub(super) const ADVANCE: &str =
    "UPDATE gesta.projections SET position = $2, has_tables = stage < 2
    WHERE generation = $1 AND pg_current_xact_id()::text = $3 RETURNING true";

/// The settings of our own statements do not suit those of others. Outside of our transaction these cannot write.
const SETTINGS: &str = "SET synchronous_commit = off; SET default_transaction_read_only = on; RESET jit; RESET plan_cache_mode;
    RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin;
    SELECT set_config('statement_timeout', setting, false) FROM pg_settings WHERE name = 'lock_timeout'";

type Fence<'q> = Query<'q, Postgres, PgArguments>;

impl TableStore for Views {
    fn write<'a>(
        &'a self,
        turn: TableTurn,
        work: &'a mut dyn TableWork,
    ) -> TableFuture<'a, Option<u64>> {
        Box::pin(async move {
            let connection = match self.tables.take()? {
                Some(connection) => connection,
                None => self.connect().await?,
            };
            let fence = sqlx::query(self.texts.fence.clone())
                .bind(int(turn.generation)?)
                .bind(int(turn.token)?)
                .bind(int(turn.position)?);
            let mut sql = Sql::new(SqlConnection::Postgres(connection), turn.generation);
            let done = self
                .transact(&mut sql, turn.generation, fence, work)
                .await?;
            self.tables.give_back(sql.into_postgres());
            Ok(done)
        })
    }

    /// On a connection of its own, since it may have to wait for those who read.
    fn tear_down(&self, generation: u64, teardown: Teardown) -> TableFuture<'_, ()> {
        Box::pin(async move {
            let fence = sqlx::query(self.texts.bury.clone()).bind(int(generation)?);
            let connection = self.connect().await?;
            let mut sql = Sql::new(SqlConnection::Postgres(connection), generation);
            let mut work = Burial(teardown);
            self.transact(&mut sql, generation, fence, &mut work)
                .await?;
            if let Some(connection) = sql.into_postgres() {
                connection.close().await.ok();
            }
            Ok(())
        })
    }
}

/// The connections for tables that nobody uses: there is one for each generation that is written at the same moment.
pub(super) struct Spare(Mutex<Option<Vec<PgConnection>>>);

impl Spare {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }

    /// `None` once it is closed.
    fn list(&self) -> MutexGuard<'_, Option<Vec<PgConnection>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Option<PgConnection>, StoreError> {
        match &mut *self.list() {
            Some(idle) => Ok(idle.pop()),
            None => Err(StoreError::unavailable("the store is closed")),
        }
    }

    fn give_back(&self, connection: Option<PgConnection>) {
        if let Some(idle) = &mut *self.list() {
            idle.extend(connection);
        }
    }

    pub(super) async fn close(&self) {
        let idle = self.list().take();
        for connection in idle.into_iter().flatten() {
            connection.close().await.ok();
        }
    }
}

impl Views {
    async fn connect(&self) -> Result<PgConnection, StoreError> {
        let session = Session::connect(&self.options, self.patience).await?;
        let mut connection = session.connection;
        let set = raw_sql(SETTINGS).execute(&mut connection);
        answered(self.patience, set).await?;
        // The driver believes from now on that a transaction is open, as one always is where others use the connection:
        // a transaction that they begin is a savepoint in it.
        std::mem::forget(answered(self.patience, connection.begin()).await?);
        self.say(&mut connection, "ROLLBACK").await?;
        Ok(connection)
    }

    /// An error leaves nothing of the work; where not even that is known, it is an error of the store.
    async fn transact(
        &self,
        sql: &mut Sql,
        generation: u64,
        fence: Fence<'_>,
        work: &mut dyn TableWork,
    ) -> Result<Option<u64>, TableError> {
        self.say(connection(sql)?, "BEGIN READ WRITE").await?;
        let done = self.run(sql, generation, fence, work).await;
        if matches!(done, Ok(Some(_))) {
            return done;
        }
        let rolled_back = self.say(connection(sql)?, "ROLLBACK").await;
        rolled_back.map_or_else(|error| Err(error.into()), |()| done)
    }

    async fn run(
        &self,
        sql: &mut Sql,
        generation: u64,
        fence: Fence<'_>,
        work: &mut dyn TableWork,
    ) -> Result<Option<u64>, TableError> {
        let rows = answered(self.patience, fence.fetch_all(connection(sql)?)).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let (has_tables, transaction): (bool, String) = (get(row, 0)?, get(row, 1)?);
        let worked = work.run(sql, !has_tables).await;
        let position = worked.map_err(|said| TableError::of_work(said, error::may_pass))?;
        let advance = sqlx::query(self.texts.advance.clone())
            .bind(int(generation)?)
            .bind(int(position)?)
            .bind(transaction);
        self.end(sql, advance).await?;
        Ok(Some(position))
    }

    async fn end(&self, sql: &mut Sql, advance: Fence<'_>) -> Result<(), StoreError> {
        let moved = in_time(self.patience, advance.fetch_all(connection(sql)?)).await?;
        if moved.map_err(refused)?.is_empty() {
            return Err(StoreError::failed("the transaction was ended in between"));
        }
        self.say(connection(sql)?, "COMMIT").await
    }

    async fn say(
        &self,
        connection: &mut PgConnection,
        sql: &'static str,
    ) -> Result<(), StoreError> {
        let said = in_time(self.patience, raw_sql(sql).execute(connection)).await?;
        said.map(|_| ()).map_err(refused)
    }
}

fn connection(sql: &mut Sql) -> Result<&mut PgConnection, StoreError> {
    sql.postgres().map_err(StoreError::failed)
}

/// What a transaction does not take at its end, for a reason that does not pass, is the work's matter.
fn refused(error: sqlx::Error) -> StoreError {
    match error::may_pass(&error) {
        true => error::of(error),
        false => StoreError::failed(error),
    }
}
