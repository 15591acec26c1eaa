//! The connections that read.
//!
//! sqlx's pool asks a connection that comes back whether it still works, and waits for the answer without a limit: where a
//! network swallows everything for a while, its connections do not come back. Here one that had no answer in time is gone,
//! and so is one that was not read to its end.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{Connection, PgConnection, Postgres};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::store::StoreError;

use super::error;
use super::session::{Session, answered};

pub(super) struct Lanes {
    options: PgConnectOptions,
    patience: Duration,
    room: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

/// A connection that nobody else uses. It is closed with this, unless it is given back.
pub(super) struct Lane<'a> {
    pub(super) connection: PgConnection,
    _room: SemaphorePermit<'a>,
}

impl Lanes {
    /// At most so many connections, made when they are needed.
    pub(super) fn new(options: PgConnectOptions, patience: Duration, most: u32) -> Self {
        Self {
            options,
            patience,
            room: Semaphore::new(usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS)),
            idle: Mutex::default(),
        }
    }

    pub(super) async fn take(&self) -> Result<Lane<'_>, StoreError> {
        let room = tokio::time::timeout(self.patience, self.room.acquire()).await;
        let room = room.map_err(|_| StoreError::unavailable("all connections are in use"))?;
        let room = room.map_err(|_| StoreError::unavailable("the store is closed"))?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                Session::connect(&self.options, self.patience)
                    .await?
                    .connection
            }
        };
        Ok(Lane {
            connection,
            _room: room,
        })
    }

    /// Runs a statement to its end. After an error the connection is not to be given back.
    pub(super) async fn run(
        &self,
        lane: &mut Lane<'_>,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, StoreError> {
        let rows = answered(self.patience, query.fetch_all(&mut lane.connection)).await;
        if rows.as_ref().is_err_and(error::is_lost) {
            self.forget();
        }
        rows
    }

    /// Takes a connection back on which nothing is open.
    pub(super) fn give_back(&self, lane: Lane<'_>) {
        if !self.is_closed() {
            self.idle().push(lane.connection);
        }
    }

    /// What one connection has met, those that were idle meanwhile have met, too.
    pub(super) fn forget(&self) {
        self.idle().clear();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.room.is_closed()
    }

    pub(super) async fn close(&self) {
        self.room.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            // Whatever the server says, it is closed.
            tokio::time::timeout(self.patience, connection.close())
                .await
                .ok();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
