//! A page of the log.

use std::ops::ControlFlow;

use sqlx::SqlStr;
use sqlx::postgres::PgRow;

use crate::store::page::Room;
use crate::store::sql::interned::Interned;
use crate::store::sql::numbers::follows;
use crate::store::{LogTaker, PageLimit, StoreError};

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
    room: Room,
    streams: Interned,
    has_begun: bool,
    budget: usize,
    bytes: usize,
}

impl Log {
    pub(super) fn new(after: u64, limit: PageLimit) -> Self {
        Self {
            last: (after > 0).then_some(after),
            room: Room::new(limit),
            streams: Interned::default(),
            has_begun: false,
            budget: page::budget(limit),
            bytes: 0,
        }
    }

    /// Hands an event on, unless the page is full.
    pub(super) fn take(
        &mut self,
        row: &PgRow,
        to: &mut dyn LogTaker,
    ) -> Result<ControlFlow<()>, StoreError> {
        self.begin(to);
        self.bytes += page::size(row)?;
        if self.room.more {
            return Ok(page::read_on(self.bytes, self.budget));
        }
        let stream = self.streams.name(get(row, NEXT)?)?;
        let event = page::event(row, stream)?;
        if let Some(last) = self.last {
            follows("the log", last, event.position)?;
        }
        self.last = Some(event.position);
        if self.room.take(event.json.len()).is_continue() {
            to.take(event);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A page that is read again begins again, also if no row comes this time.
    fn begin(&mut self, to: &mut dyn LogTaker) {
        if !self.has_begun {
            self.has_begun = true;
            to.begin();
        }
    }

    /// Whether there are more events behind the page.
    pub(super) fn finish(mut self, to: &mut dyn LogTaker) -> bool {
        self.begin(to);
        self.room.more
    }
}
