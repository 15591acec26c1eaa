//! The statement that reads streams, any number of them at once.

use std::ops::ControlFlow;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, SqlStr};

use crate::store::page::PageBuilder;
use crate::store::sql::numbers::{clamped, follows, one_more};
use crate::store::{LogEvent, Page, PageLimit, StoreError, StreamName};

use super::names::Names;
use super::page::{self, COLUMNS, NEXT};
use super::row::get;

/// One statement fills pages with so many bytes at most; what is missing is read by another one.
const BYTES: usize = 16 << 20;

/// What is wanted of a stream.
pub(super) struct Wanted {
    pub(super) stream: StreamName,
    pub(super) after: u64,
    pub(super) limit: PageLimit,
}

/// At most so many events of each stream, each in its own order.
pub(super) fn statement(names: &Names) -> SqlStr {
    names.statement(&format!(
        "SELECT {COLUMNS}, at FROM unnest($1::text[], $2::bigint[], $3::bigint[])
            WITH ORDINALITY AS r (stream, after, most, at),
        LATERAL (SELECT * FROM gesta.events AS e
            WHERE e.stream = r.stream AND e.version > r.after
            ORDER BY e.version LIMIT r.most) AS e"
    ))
}

/// Asks for all of these.
pub(super) fn query<'a>(
    statement: &SqlStr,
    wanted: &[&'a Wanted],
) -> Query<'a, Postgres, PgArguments> {
    let streams: Vec<_> = wanted.iter().map(|each| each.stream.as_str()).collect();
    let after: Vec<_> = wanted.iter().map(|each| clamped(each.after)).collect();
    let most: Vec<_> = wanted.iter().map(|each| one_more(each.limit)).collect();
    let query = sqlx::query(statement.clone());
    query.bind(streams).bind(after).bind(most)
}

/// How many bytes one statement fills pages with.
fn budget(wanted: &[&Wanted]) -> usize {
    let sum = wanted.iter().fold(0_usize, |sum, each| {
        sum.saturating_add(page::budget(each.limit))
    });
    sum.min(BYTES)
}

/// The pages of all that is wanted, while the rows come.
pub(super) struct Pages<'a> {
    wanted: &'a [&'a Wanted],
    pages: Vec<Filling>,
    budget: usize,
    bytes: usize,
    /// The last stream of which an event was taken.
    reached: usize,
}

impl<'a> Pages<'a> {
    pub(super) fn new(wanted: &'a [&'a Wanted]) -> Self {
        Self {
            wanted,
            pages: wanted.iter().map(|each| Filling::new(each)).collect(),
            budget: budget(wanted),
            bytes: 0,
            reached: 0,
        }
    }

    /// Takes a row, unless the budget is spent.
    pub(super) fn take(&mut self, row: &PgRow) -> Result<ControlFlow<()>, StoreError> {
        if self.is_cut() {
            self.bytes += page::size(row)?;
            return Ok(page::read_on(self.bytes, self.budget));
        }
        let at = usize::try_from(get::<i64>(row, NEXT)? - 1).unwrap_or_default();
        if let (Some(page), Some(wanted)) = (self.pages.get_mut(at), self.wanted.get(at)) {
            let event = page::event(row, wanted.stream.clone());
            self.bytes += page::size(row).unwrap_or_default();
            self.reached = at;
            page.take(event);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn is_cut(&self) -> bool {
        self.bytes >= self.budget
    }

    /// All pages, or the first of them if the budget did not suffice for the others.
    pub(super) fn finish(mut self) -> Vec<Result<Page, StoreError>> {
        let is_cut = self.is_cut();
        if is_cut {
            self.pages.truncate(self.reached + 1);
        }
        let mut pages: Vec<_> = self.pages.into_iter().map(Filling::finish).collect();
        if is_cut && let Some(Ok(page)) = pages.last_mut() {
            page.more = true;
        }
        pages
    }
}

/// A page that is being filled.
struct Filling {
    last: u64,
    page: PageBuilder,
    is_full: bool,
    error: Option<StoreError>,
}

impl Filling {
    fn new(wanted: &Wanted) -> Self {
        Self {
            last: wanted.after,
            page: PageBuilder::new(wanted.limit),
            is_full: false,
            error: None,
        }
    }

    fn take(&mut self, event: Result<LogEvent<'_>, StoreError>) {
        if self.is_full || self.error.is_some() {
            return;
        }
        let checked = event.and_then(|event| {
            follows("a stream", self.last, event.version)?;
            Ok(event)
        });
        match checked {
            Ok(event) => {
                self.last = event.version;
                let pushed = self.page.push(event.json.len(), || event.keep());
                self.is_full = pushed.is_break();
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn finish(self) -> Result<Page, StoreError> {
        self.error.map_or_else(|| Ok(self.page.finish()), Err)
    }
}
