//! The connections that read, and what is read on them by one caller alone.

use std::ops::ControlFlow;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgPool, Postgres, SqlStr};
use tokio::time::Instant;

use crate::store::page::PageBuilder;
use crate::store::{CommandKey, Lookup, Page, PageLimit, Snapshot, StoreError, StreamName};

use super::names::Names;
use super::page::{self, ARRAYS, Arrays, BEFORE, clamped, follows};
use super::row::{count, get};
use super::session::{FIRST_PAUSE, answered};
use super::{error, lookup};

pub(super) struct Reader {
    pool: PgPool,
    patience: Duration,
    log: SqlStr,
    lookup: SqlStr,
    snapshot: SqlStr,
}

impl Reader {
    pub(super) fn new(pool: PgPool, names: &Names, patience: Duration) -> Self {
        let log = format!(
            "SELECT {ARRAYS}, array_agg(stream) FROM (
                SELECT *, {BEFORE} FROM (
                    SELECT * FROM gesta.events WHERE position > $1 ORDER BY position LIMIT $2) AS e
            ) AS p WHERE before < $3"
        );
        let snapshot =
            "SELECT version, fingerprint, state::text FROM gesta.snapshots WHERE stream = $1";
        Self {
            pool,
            patience,
            log: names.statement(&log),
            lookup: lookup::statement(names),
            snapshot: names.statement(snapshot),
        }
    }

    /// Runs a statement that only reads; again on another connection if that was lost, for as long as patience lasts.
    pub(super) async fn rows<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, StoreError> {
        let end = Instant::now() + self.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.try_rows(query()).await {
                Err(error) if error::is_lost(&error) && !self.pool.is_closed() => error,
                done => return done,
            };
            let next = Instant::now() + pause;
            if next >= end {
                return Err(error);
            }
            tracing::debug!(%error, "reading again");
            tokio::time::sleep_until(next).await;
            pause *= 2;
        }
    }

    async fn try_rows(
        &self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, StoreError> {
        let mut connection = answered(self.patience, self.pool.acquire()).await?;
        let rows = answered(self.patience, query.fetch_all(&mut *connection)).await;
        if rows.is_err() {
            // Nobody knows what it is in the middle of, so it does not go back.
            drop(connection.detach());
        }
        rows
    }

    pub(super) async fn log(&self, after: u64, limit: PageLimit) -> Result<Page, StoreError> {
        let bytes = i64::try_from(limit.bytes.max(1)).unwrap_or(i64::MAX);
        let query = || {
            sqlx::query(self.log.clone())
                .bind(clamped(after))
                .bind(one_more(limit))
                .bind(bytes)
        };
        let rows = self.rows(query).await?;
        let mut page = PageBuilder::new(limit);
        let Some(row) = rows.first() else {
            return Ok(page.finish());
        };
        let (mut events, streams) = (Arrays::read(row)?, page::array::<String>(row, page::COUNT)?);
        // Only a log that is read from its very beginning may begin anywhere.
        let mut last = (after > 0).then_some(after);
        for stream in streams {
            let Some(event) = events.next(parse(&stream)?) else {
                break;
            };
            let event = event?;
            if let Some(last) = last {
                follows("the log", last, event.position)?;
            }
            last = Some(event.position);
            if let ControlFlow::Break(()) = page.push(event.json.len(), || event) {
                break;
            }
        }
        Ok(page.finish())
    }

    pub(super) async fn lookup(&self, keys: &[CommandKey]) -> Result<Vec<Lookup>, StoreError> {
        let ids: Vec<_> = keys.iter().map(|key| key.command_id).collect();
        let streams: Vec<_> = keys.iter().map(|key| key.stream.as_str()).collect();
        let query = || sqlx::query(self.lookup.clone()).bind(&ids).bind(&streams);
        lookup::answers(keys.len(), &self.rows(query).await?)
    }

    pub(super) async fn snapshot(
        &self,
        stream: &StreamName,
    ) -> Result<Option<Snapshot>, StoreError> {
        let query = || sqlx::query(self.snapshot.clone()).bind(stream.as_str());
        let rows = self.rows(query).await?;
        let snapshot = |row| {
            Ok(Snapshot {
                version: count(row, 0)?,
                fingerprint: get(row, 1)?,
                json: get(row, 2)?,
            })
        };
        rows.first().map(snapshot).transpose()
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

fn parse(stream: &str) -> Result<StreamName, StoreError> {
    StreamName::parse(stream)
        .map_err(|error| StoreError::Corrupt(format!("the name of a stream is not one: {error}")))
}

/// The row after the page tells that there are more.
pub(super) fn one_more(limit: PageLimit) -> i64 {
    i64::from(limit.events).max(1) + 1
}
