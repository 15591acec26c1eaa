//! Tables of the user's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, int};
use crate::store::tables::{
    Burial, Sql, SqlConnection, TableError, TableFuture, TableStore, TableTurn, TableWork, Teardown,
};

use super::super::row::get;
use super::super::script::Script;
use super::super::{SqliteStore, error, schema};

impl TableStore for SqliteStore {
    fn write<'a>(
        &'a self,
        turn: TableTurn,
        work: &'a mut dyn TableWork,
    ) -> TableFuture<'a, Option<u64>> {
        Box::pin(async move {
            let fence = fence(turn)?;
            let mut writer = self.writer.lock().await;
            writer.tables().write(turn.generation, fence, work).await
        })
    }

    fn tear_down(&self, generation: u64, teardown: Teardown) -> TableFuture<'_, ()> {
        Box::pin(async move {
            let fence = bury(generation)?;
            let mut writer = self.writer.lock().await;
            let mut work = Burial(teardown);
            let done = writer.tables().write(generation, fence, &mut work).await;
            done.map(|_| ())
        })
    }
}

/// The connection on which tables are written, between appends of this process.
pub(in super::super) struct Tables {
    options: SqliteConnectOptions,
    /// None before the first batch, after an error, and while one is under way.
    idle: Option<Guarded>,
    is_closed: bool,
}

/// A connection that does not commit unless it may.
struct Guarded {
    connection: SqliteConnection,
    may_commit: Arc<AtomicBool>,
}

impl Tables {
    pub(in super::super) fn new(options: SqliteConnectOptions) -> Self {
        Self {
            options,
            idle: None,
            is_closed: false,
        }
    }

    async fn write(
        &mut self,
        generation: u64,
        fence: Script,
        work: &mut dyn TableWork,
    ) -> Result<Option<u64>, TableError> {
        let Guarded {
            connection,
            may_commit,
        } = self.take().await?;
        let mut sql = Sql::new(SqlConnection::Sqlite(connection), generation);
        let done = run(&mut sql, generation, fence, work, &may_commit).await;
        may_commit.store(false, Ordering::Release);
        if let Some(connection) = sql.into_sqlite() {
            self.idle = match done {
                Ok(_) => Some(Guarded {
                    connection,
                    may_commit,
                }),
                Err(_) => {
                    // Only a closed one is sure to have given up its transaction.
                    connection.close().await.ok();
                    None
                }
            };
        }
        done
    }

    async fn take(&mut self) -> Result<Guarded, StoreError> {
        match self.idle.take() {
            _ if self.is_closed => Err(StoreError::unavailable("the store is closed")),
            Some(guarded) => Ok(guarded),
            None => connect(&self.options).await.map_err(error::of),
        }
    }

    pub(in super::super) async fn close(&mut self) -> Result<(), StoreError> {
        self.is_closed = true;
        match self.idle.take() {
            Some(guarded) => guarded.connection.close().await.map_err(error::of),
            None => Ok(()),
        }
    }
}

async fn connect(options: &SqliteConnectOptions) -> Result<Guarded, sqlx::Error> {
    let mut connection = options.connect().await?;
    // The driver believes from now on that a transaction is open, as one always is where others use the connection: a
    // transaction that they begin is a savepoint in it.
    std::mem::forget(connection.begin().await?);
    schema::execute(&mut connection, "ROLLBACK").await?;
    let may_commit = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&may_commit);
    let mut handle = connection.lock_handle().await?;
    handle.set_commit_hook(move || asked.load(Ordering::Acquire));
    drop(handle);
    Ok(Guarded {
        connection,
        may_commit,
    })
}

/// An error leaves the connection in any state; it must be closed.
async fn run(
    sql: &mut Sql,
    generation: u64,
    fence: Script,
    work: &mut dyn TableWork,
    may_commit: &AtomicBool,
) -> Result<Option<u64>, TableError> {
    let rows = fence.run(connection(sql)?).await.map_err(error::of)?;
    let Some(row) = rows.first() else {
        let done = schema::execute(connection(sql)?, "ROLLBACK").await;
        return Ok(done.map(|()| None).map_err(error::of)?);
    };
    let has_tables: bool = get(row, 0)?;
    let worked = work.run(sql, !has_tables).await;
    let position = worked.map_err(|said| TableError::of_work(said, error::may_pass))?;
    let script = advance(generation, position)?;
    may_commit.store(true, Ordering::Release);
    let committed = script.commit(connection(sql)?).await;
    committed.map_err(refused)?;
    Ok(Some(position))
}

fn connection(sql: &mut Sql) -> Result<&mut SqliteConnection, StoreError> {
    sql.sqlite().map_err(StoreError::failed)
}

/// What a transaction does not take at its end, for a reason that does not pass, is the work's matter.
fn refused(error: sqlx::Error) -> StoreError {
    match error::may_pass(&error) {
        true => error::of(error),
        false => StoreError::failed(error),
    }
}

/// The savepoint is there for as long as the transaction is the same.
fn begin() -> Script {
    let mut script = Script::default();
    script.statement("BEGIN IMMEDIATE");
    script.statement("SAVEPOINT gesta");
    script
}

fn fence(turn: TableTurn) -> Result<Script, StoreError> {
    let mut script = begin();
    script.statement(
        "SELECT has_tables FROM gesta_projections
        WHERE generation = ? AND token = ? AND position = ? AND stage < 2",
    );
    script.value(clamped(turn.generation))?;
    script.value(clamped(turn.token))?;
    script.value(clamped(turn.position))?;
    Ok(script)
}

fn bury(generation: u64) -> Result<Script, StoreError> {
    let mut script = begin();
    script.statement(
        "SELECT has_tables FROM gesta_projections WHERE generation = ? AND stage = 2 AND has_tables",
    );
    script.value(clamped(generation))?;
    Ok(script)
}

/// A dropped one has no tables any more.
fn advance(generation: u64, position: u64) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement("RELEASE gesta");
    script.statement(
        "UPDATE gesta_projections SET position = ?, has_tables = stage < 2 WHERE generation = ?",
    );
    script.value(int(position)?)?;
    script.value(clamped(generation))?;
    Ok(script)
}
