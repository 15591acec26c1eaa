//! A page of the log.

use std::ops::ControlFlow;

use sqlx::SqlStr;
use sqlx::postgres::PgRow;

use crate::store::page::PageBuilder;
use crate::store::sql::interned::Interned;
use crate::store::sql::numbers::follows;
use crate::store::{Page, PageLimit, StoreError};

use super::names::Names;
use super::page::{self, COLUMNS, NEXT};
use super::row::get;

/// At most so many events, whatever their bytes.
pub(super) fn statement(names: &Names) -> SqlStr {
    names.statement(&format!(
        "SELECT {COLUMNS}, stream FROM gesta.events WHERE position > $1 ORDER BY position LIMIT $2"
    ))
}

/// A page, while the rows come.
pub(super) struct Log {
    /// Only a log that is read from its very beginning may begin anywhere.
    last: Option<u64>,
    page: PageBuilder,
    streams: Interned,
    is_full: bool,
    budget: usize,
    bytes: usize,
}

impl Log {
    pub(super) fn new(after: u64, limit: PageLimit) -> Self {
        Self {
            last: (after > 0).then_some(after),
            page: PageBuilder::new(limit),
            streams: Interned::default(),
            is_full: false,
            budget: page::budget(limit),
            bytes: 0,
        }
    }

    /// Takes a row, unless the page is full.
    pub(super) fn take(&mut self, row: &PgRow) -> Result<ControlFlow<()>, StoreError> {
        self.bytes += page::size(row)?;
        if self.is_full {
            return Ok(page::read_on(self.bytes, self.budget));
        }
        let stream = self.streams.name(get(row, NEXT)?)?;
        let event = page::event(row, stream)?;
        if let Some(last) = self.last {
            follows("the log", last, event.position)?;
        }
        self.last = Some(event.position);
        let pushed = self.page.push(event.json.len(), || event);
        self.is_full = pushed.is_break();
        Ok(ControlFlow::Continue(()))
    }

    pub(super) fn finish(self) -> Page {
        self.page.finish()
    }
}
