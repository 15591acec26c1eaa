//! The connections that read, and what is read on them by one caller alone.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;

use crate::store::sql::numbers::{clamped, one_more};
use crate::store::{CommandKey, LogTaker, Lookup, PageLimit, Snapshot, StoreError, StreamName};

use super::lanes::Lanes;
use super::log::Log;
use super::row::{count, get};
use super::session::{Patience, answered};
use super::texts::Texts;
use super::{error, lookup};

pub(super) struct Reader {
    lanes: Arc<Lanes>,
    texts: Arc<Texts>,
    patience: Duration,
}

impl Reader {
    pub(super) fn new(lanes: Arc<Lanes>, texts: Arc<Texts>, patience: Duration) -> Self {
        Self {
            lanes,
            texts,
            patience,
        }
    }

    /// Runs a statement that only reads, and takes its rows as they come, until it has enough. If the connection is lost it
    /// begins again on another, for as long as patience lasts.
    pub(super) async fn fold<'q, T>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments>,
        start: impl Fn() -> T,
        mut take: impl FnMut(&mut T, &PgRow) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<T, StoreError> {
        let mut patience = Patience::new(self.patience);
        loop {
            let mut folded = start();
            let error = match self.fold_once(query(), |row| take(&mut folded, row)).await {
                Ok(()) => return Ok(folded),
                Err(error) if error::is_lost(&error) && !self.lanes.is_closed() => error,
                Err(error) => return Err(error),
            };
            if !patience.pause().await {
                return Err(error);
            }
            tracing::debug!(%error, "reading again");
        }
    }

    async fn fold_once(
        &self,
        query: Query<'_, Postgres, PgArguments>,
        mut take: impl FnMut(&PgRow) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut lane = self.lanes.take().await?;
        let mut taken = Ok(ControlFlow::Continue(()));
        let reading = async {
            let mut rows = query.fetch(&mut lane.connection);
            while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
                let row = row?;
                // What comes after an error is read all the same, for the sake of the connection.
                if taken.is_ok() {
                    taken = take(&row);
                }
                if let Ok(ControlFlow::Break(())) = taken {
                    break;
                }
            }
            Ok(())
        };
        let read = answered(self.patience, reading).await;
        let is_at_the_end = !matches!(taken, Ok(ControlFlow::Break(())));
        match &read {
            Ok(()) if is_at_the_end => self.lanes.give_back(lane),
            Err(error) if error::is_lost(error) => self.lanes.forget(),
            _ => {}
        }
        read.and(taken).map(|_| ())
    }

    /// Whether there are more events behind the page.
    pub(super) async fn log(
        &self,
        after: u64,
        limit: PageLimit,
        to: &mut dyn LogTaker,
    ) -> Result<bool, StoreError> {
        let query = || {
            let query = sqlx::query(self.texts.log.clone());
            query.bind(clamped(after)).bind(one_more(limit))
        };
        let take = |log: &mut Log, row: &PgRow| log.take(row, to);
        let log = self.fold(query, || Log::new(after, limit), take).await?;
        Ok(log.finish(to))
    }

    pub(super) async fn lookup(&self, keys: &[CommandKey]) -> Result<Vec<Lookup>, StoreError> {
        let ids: Vec<_> = keys.iter().map(|key| key.command_id).collect();
        let streams: Vec<_> = keys.iter().map(|key| key.stream.as_str()).collect();
        let query = || {
            sqlx::query(self.texts.lookup.clone())
                .bind(&ids)
                .bind(&streams)
        };
        let read = |found: &mut Vec<_>, row: &PgRow| {
            found.push(lookup::answer(row)?);
            Ok(ControlFlow::Continue(()))
        };
        let found = self.fold(query, Vec::new, read).await?;
        lookup::complete(keys.len(), found)
    }

    pub(super) async fn snapshot(
        &self,
        stream: &StreamName,
    ) -> Result<Option<Snapshot>, StoreError> {
        let query = || sqlx::query(self.texts.snapshot.clone()).bind(stream.as_str());
        let read = |found: &mut Option<_>, row: &PgRow| {
            *found = Some(Snapshot {
                version: count(row, 0)?,
                fingerprint: get(row, 1)?,
                json: get(row, 2)?,
            });
            Ok(ControlFlow::Continue(()))
        };
        self.fold(query, || None, read).await
    }

    /// Reads on new connections from now on.
    pub(super) fn forget(&self) {
        self.lanes.forget();
    }

    pub(super) async fn close(&self) {
        self.lanes.close().await;
    }
}
