//! The statement that reads streams, any number of them at once.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, SqlStr};

use crate::store::page::PageBuilder;
use crate::store::{Page, PageLimit, StoreError, StoredEvent, StreamName};

use super::names::Names;
use super::page::{self, ARRAYS, Arrays, BEFORE, clamped, follows};
use super::reader::one_more;

/// A statement that has read so many bytes of JSON ends; what is missing is read by another one.
const BYTES: usize = 8 << 20;

/// What is wanted of a stream.
pub(super) struct Wanted {
    pub(super) stream: StreamName,
    pub(super) after: u64,
    pub(super) limit: PageLimit,
}

/// The streams in the order of the requests, each in its own order; at most so many events of each.
pub(super) fn statement(names: &Names) -> SqlStr {
    names.statement(&format!(
        "SELECT {ARRAYS}, array_agg(at) FROM (
            SELECT *, {BEFORE} FROM (
                SELECT r.at, e.* FROM unnest($1::text[], $2::bigint[], $3::bigint[])
                    WITH ORDINALITY AS r (stream, after, most, at),
                LATERAL (SELECT * FROM gesta.events AS e
                    WHERE e.stream = r.stream AND e.version > r.after
                    ORDER BY e.version LIMIT r.most) AS e
                ORDER BY r.at, e.version) AS e
        ) AS p WHERE before < $4"
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
    let budget = i64::try_from(budget(wanted)).unwrap_or(i64::MAX);
    let query = sqlx::query(statement.clone());
    query.bind(streams).bind(after).bind(most).bind(budget)
}

/// How many bytes of JSON one statement reads for these.
fn budget(wanted: &[&Wanted]) -> usize {
    let sum = wanted
        .iter()
        .fold(0_usize, |sum, each| sum.saturating_add(each.limit.bytes));
    sum.clamp(1, BYTES)
}

/// The pages of all that was wanted, or of the first of them if the budget ended the answer before the others.
pub(super) fn pages(
    row: &PgRow,
    wanted: &[&Wanted],
) -> Result<Vec<Result<Page, StoreError>>, StoreError> {
    let mut pages: Vec<_> = wanted.iter().map(Filling::new).collect();
    let mut events = Arrays::read(row)?;
    let (mut bytes, mut last_bytes, mut reached) = (0, 0, 0);
    for at in page::array::<i64>(row, page::COUNT)? {
        let at = usize::try_from(at - 1).unwrap_or_default();
        let (Some(page), Some(request)) = (pages.get_mut(at), wanted.get(at)) else {
            break;
        };
        let Some(event) = events.next(request.stream.clone()) else {
            break;
        };
        last_bytes = event.as_ref().map_or(0, |event| event.json.len());
        bytes += last_bytes;
        reached = at;
        page.take(event);
    }
    // The last event is the one more that a full answer has.
    let is_cut = bytes - last_bytes >= budget(wanted);
    if is_cut {
        pages.truncate(reached + 1);
    }
    let mut pages: Vec<_> = pages.into_iter().map(Filling::finish).collect();
    if is_cut && let Some(Ok(page)) = pages.last_mut() {
        page.more = true;
    }
    Ok(pages)
}

/// A page that is being filled.
struct Filling {
    last: u64,
    page: PageBuilder,
    is_full: bool,
    error: Option<StoreError>,
}

impl Filling {
    fn new(wanted: &&Wanted) -> Self {
        Self {
            last: wanted.after,
            page: PageBuilder::new(wanted.limit),
            is_full: false,
            error: None,
        }
    }

    fn take(&mut self, event: Result<StoredEvent, StoreError>) {
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
                let pushed = self.page.push(event.json.len(), || event);
                self.is_full = pushed.is_break();
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn finish(self) -> Result<Page, StoreError> {
        self.error.map_or_else(|| Ok(self.page.finish()), Err)
    }
}
