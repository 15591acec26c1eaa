//! The one connection that writes documents.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, SqlStr};

use crate::store::StoreError;
use crate::store::views::ViewBatch;

use super::super::error;
use super::super::session::{Session, answered};
use super::batch;

pub(super) struct Writer {
    options: PgConnectOptions,
    patience: Duration,
    /// Nothing is open in it. None before the first batch, after an error, and while one is under way, so that it is not
    /// used again if the future that uses it is dropped.
    ///
    /// What served one that was lost may live on, and write what it was told to, until the next claim: a batch has its
    /// token and its position in it.
    idle: Option<PgConnection>,
    is_closed: bool,
}

impl Writer {
    pub(super) fn new(options: PgConnectOptions, patience: Duration) -> Self {
        Self {
            options,
            patience,
            idle: None,
            is_closed: false,
        }
    }

    pub(super) async fn write(
        &mut self,
        text: SqlStr,
        batch: &ViewBatch,
    ) -> Result<bool, StoreError> {
        let statement = batch::statement(text, batch)?;
        let mut connection = match self.idle.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let rows = statement.fetch_all(&mut connection);
        let rows = answered(self.patience, rows).await?;
        self.idle = Some(connection);
        Ok(!rows.is_empty())
    }

    /// Nobody waits for the disk: what a crash of the server takes can be folded again, position and all, and it takes
    /// nothing that stands before what it leaves.
    async fn connect(&self) -> Result<PgConnection, StoreError> {
        if self.is_closed {
            return Err(StoreError::unavailable("the store is closed"));
        }
        let session = Session::connect(&self.options, self.patience).await?;
        let mut connection = session.connection;
        let set = sqlx::query("SET synchronous_commit = off").execute(&mut connection);
        answered(self.patience, set).await?;
        Ok(connection)
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        self.is_closed = true;
        match self.idle.take() {
            Some(connection) => connection.close().await.map_err(error::of),
            None => Ok(()),
        }
    }
}
