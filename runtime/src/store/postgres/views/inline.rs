//! Folding in the transaction of an append.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, SqlStr};

use crate::store::sql::numbers::int;
use crate::store::views::{Inline, ViewBatch, Which};
use crate::store::{Page, PageLimit, StoreError};

use super::super::log::{self, Log};
use super::super::names::Names;
use super::super::row::{count, get};
use super::super::session::answered;
use super::{batch, documents};

/// The generation that answers, and one that is being built, which are locked from then on. Where another process has just
/// let the latter take over, the statement waits for it, and then sees both as they are; of those that answer alone, it would
/// see none.
const READY: &str = "SELECT generation, token, position, stage FROM gesta.projections
    WHERE projection = $1 AND version = $2 AND stage < 2 ORDER BY generation FOR UPDATE";

/// What is said for it.
pub(in super::super) struct Texts {
    ready: SqlStr,
    log: SqlStr,
    documents: SqlStr,
    write: SqlStr,
}

impl Texts {
    pub(in super::super) fn new(names: &Names) -> Self {
        Self {
            ready: names.statement(READY),
            log: log::statement(names),
            documents: names.statement(documents::SQL),
            write: names.statement(batch::SQL),
        }
    }
}

/// A transaction in which events were appended.
pub(in super::super) struct Folding<'a> {
    pub(in super::super) connection: &'a mut PgConnection,
    pub(in super::super) texts: &'a Texts,
    pub(in super::super) patience: Duration,
}

impl Folding<'_> {
    /// Folds all that is behind the position of each projection.
    pub(in super::super) async fn fold(&mut self, inline: &dyn Inline) -> Result<(), StoreError> {
        for (index, which) in inline.projections().iter().enumerate() {
            let Some(mut ready) = self.ready(which).await? else {
                continue;
            };
            loop {
                let page = self.page(ready.to).await?;
                let (more, events) = (page.more, page.events);
                if events.is_empty() {
                    break;
                }
                let begun = inline.begin(index, events)?;
                let documents = self.documents(ready.generation, begun.keys()).await?;
                ready = ViewBatch {
                    generation: ready.generation,
                    token: ready.token,
                    from: ready.to,
                    ..begun.fold(documents)?
                };
                self.write(&ready).await?;
                if !more {
                    break;
                }
            }
        }
        Ok(())
    }

    /// An empty batch that ends where the generation is.
    async fn ready(&mut self, which: &Which) -> Result<Option<ViewBatch>, StoreError> {
        let query = sqlx::query(self.texts.ready.clone())
            .bind(&which.projection)
            .bind(i64::from(which.version));
        let rows = answered(self.patience, query.fetch_all(&mut *self.connection)).await?;
        let batch = |row: &PgRow| {
            Ok(ViewBatch {
                generation: count(row, 0)?,
                token: count(row, 1)?,
                to: count(row, 2)?,
                ..ViewBatch::default()
            })
        };
        for row in &rows {
            if count(row, 3)? == 1 {
                return batch(row).map(Some);
            }
        }
        Ok(None)
    }

    async fn page(&mut self, after: u64) -> Result<Page, StoreError> {
        let limit = PageLimit::default();
        let query = sqlx::query(self.texts.log.clone())
            .bind(int(after)?)
            .bind(i64::from(limit.events) + 1);
        let rows = answered(self.patience, query.fetch_all(&mut *self.connection)).await?;
        let (mut log, mut events) = (Log::new(after, limit), Vec::new());
        for row in &rows {
            if log.take(row, &mut events)?.is_break() {
                break;
            }
        }
        let more = log.finish(&mut events);
        Ok(Page { events, more })
    }

    async fn documents(
        &mut self,
        generation: u64,
        keys: &[String],
    ) -> Result<Vec<Option<String>>, StoreError> {
        let query = sqlx::query(self.texts.documents.clone())
            .bind(int(generation)?)
            .bind(keys);
        let rows = answered(self.patience, query.fetch_all(&mut *self.connection)).await?;
        rows.iter().map(|row| get(row, 0)).collect()
    }

    async fn write(&mut self, batch: &ViewBatch) -> Result<(), StoreError> {
        let statement = batch::statement(self.texts.write.clone(), batch)?;
        let rows = answered(self.patience, statement.fetch_all(&mut *self.connection)).await?;
        match rows.is_empty() {
            false => Ok(()),
            true => Err(StoreError::failed("a projection changed under its lock")),
        }
    }
}
