//! Questions. Each is one statement, so that the generation and its documents are from one moment.

use std::ops::ControlFlow;

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;

use crate::store::StoreError;
use crate::store::sql::numbers::unsigned;
use crate::store::views::{Answered, Cursor, IndexRange, ViewPage, ViewQuery, Which};

use super::super::row::{count, get};
use super::Views;
use super::span::{Place, Span};

/// The generation that answers. Few rows are kept of a projection, and those that are ready have an index.
const WHICH: &str = "(SELECT generation, version, position FROM gesta.projections
    WHERE projection = $1 AND stage = 1 ORDER BY (version = $2) DESC, generation DESC LIMIT 1) AS g";

/// The first column behind those of the generation.
const ANSWER: usize = 3;

/// Both places by rows, which are one search in the index, wherever the page begins and whatever its direction is. The
/// lateral query has its own limit, for which the server would otherwise sort all that is behind the page.
const SPAN: &str =
    "(e.index, e.value, e.key) >= ($3, $4, $5) AND (e.index, e.value, e.key) < ($6, $7, $8)";

pub(super) fn one() -> String {
    format!(
        "SELECT g.generation, g.version, g.position,
            (SELECT d.document::text FROM gesta.documents AS d WHERE d.generation = g.generation AND d.key = $3)
        FROM {WHICH}"
    )
}

pub(super) fn by_key(order: &str) -> String {
    format!(
        "SELECT g.generation, g.version, g.position, p.key, p.document, ''::bytea
        FROM {WHICH} LEFT JOIN LATERAL (
            SELECT d.key, d.document::text AS document FROM gesta.documents AS d
            WHERE (d.generation, d.key) >= (g.generation + $3, $4) AND (d.generation, d.key) < (g.generation + $5, $6)
            ORDER BY d.generation {order}, d.key {order} LIMIT $7
        ) AS p ON true ORDER BY p.key {order}"
    )
}

pub(super) fn by_value(order: &str) -> String {
    format!(
        "SELECT g.generation, g.version, g.position, p.key,
            (SELECT d.document::text FROM gesta.documents AS d WHERE d.generation = g.generation AND d.key = p.key),
            p.value
        FROM {WHICH} LEFT JOIN LATERAL (
            SELECT e.value, e.key FROM gesta.entries AS e WHERE e.generation = g.generation AND {SPAN}
            ORDER BY e.index {order}, e.value {order}, e.key {order} LIMIT $9
        ) AS p ON true ORDER BY p.value {order}, p.key {order}"
    )
}

pub(super) fn count_all() -> String {
    format!(
        "SELECT g.generation, g.version, g.position,
            (SELECT count(*) FROM gesta.documents AS d WHERE d.generation = g.generation)
        FROM {WHICH}"
    )
}

pub(super) fn count_values() -> String {
    format!(
        "SELECT g.generation, g.version, g.position,
            (SELECT count(*) FROM gesta.entries AS e WHERE e.generation = g.generation AND {SPAN})
        FROM {WHICH}"
    )
}

type Statement<'q> = Query<'q, Postgres, PgArguments>;

fn bind_span<'q>(statement: Statement<'q>, span: &Span) -> Statement<'q> {
    let bind = |statement: Statement<'q>, place: &Place| {
        let statement = statement.bind(place.index).bind(place.value.clone());
        statement.bind(place.key.clone())
    };
    bind(bind(statement, &span.from), &span.to)
}

fn answered<T>(row: &PgRow, answer: T) -> Result<Answered<T>, StoreError> {
    Ok(Answered {
        answer,
        generation: count(row, 0)?,
        version: unsigned(get::<i64>(row, 1)?)?,
        position: count(row, 2)?,
    })
}

/// A page, while the rows come.
struct Pages {
    limit: usize,
    page: Option<Answered<ViewPage>>,
    /// The place of the last document.
    last: Option<Cursor>,
}

impl Pages {
    fn new(limit: usize) -> Self {
        let (page, last) = (None, None);
        Self { limit, page, last }
    }

    fn take(&mut self, row: &PgRow) -> Result<ControlFlow<()>, StoreError> {
        let answered = match &mut self.page {
            Some(page) => page,
            none => none.insert(answered(row, ViewPage::default())?),
        };
        let page = &mut answered.answer;
        // A generation without any document is one row too.
        let Some(key) = get::<Option<String>>(row, ANSWER)? else {
            return Ok(ControlFlow::Continue(()));
        };
        if page.documents.len() == self.limit {
            page.next = self.last.take();
            return Ok(ControlFlow::Continue(()));
        }
        page.documents.push((key.clone(), get(row, ANSWER + 1)?));
        let value = get(row, ANSWER + 2)?;
        self.last = Some(Cursor { value, key });
        Ok(ControlFlow::Continue(()))
    }
}

impl Views {
    pub(super) async fn one(
        &self,
        which: &Which,
        key: &str,
    ) -> Result<Option<Answered<Option<String>>>, StoreError> {
        let query = || of(&self.texts.one, which).bind(key);
        self.ask(query, |row| get(row, ANSWER)).await
    }

    pub(super) async fn number(
        &self,
        which: &Which,
        range: Option<&IndexRange>,
    ) -> Result<Option<Answered<u64>>, StoreError> {
        let query = || match range {
            Some(range) => bind_span(of(&self.texts.count_values, which), &Span::of(range)),
            None => of(&self.texts.count_all, which),
        };
        self.ask(query, |row| count(row, ANSWER)).await
    }

    /// Asks for one thing.
    async fn ask<'q, T>(
        &self,
        query: impl Fn() -> Statement<'q>,
        read: impl Fn(&PgRow) -> Result<T, StoreError>,
    ) -> Result<Option<Answered<T>>, StoreError> {
        let take = |found: &mut Option<_>, row: &PgRow| {
            *found = Some(answered(row, read(row)?)?);
            Ok(ControlFlow::Continue(()))
        };
        self.reader.fold(query, || None, take).await
    }

    pub(super) async fn page(
        &self,
        which: &Which,
        query: &ViewQuery,
    ) -> Result<Option<Answered<ViewPage>>, StoreError> {
        let span = Span::of_page(query);
        let limit = query.limit.max(1);
        // The document after the page tells that there are more.
        let rows = i64::from(limit) + 1;
        let statement = || match (&query.range, query.reverse) {
            (Some(_), false) => bind_span(of(&self.texts.by_value, which), &span).bind(rows),
            (Some(_), true) => {
                bind_span(of(&self.texts.by_value_reversed, which), &span).bind(rows)
            }
            (None, false) => bind_keys(of(&self.texts.by_key, which), &span).bind(rows),
            (None, true) => bind_keys(of(&self.texts.by_key_reversed, which), &span).bind(rows),
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let pages = self
            .reader
            .fold(statement, || Pages::new(limit), Pages::take);
        Ok(pages.await?.page)
    }
}

fn of<'q>(text: &sqlx::SqlStr, which: &'q Which) -> Statement<'q> {
    sqlx::query(text.clone())
        .bind(&which.projection)
        .bind(i64::from(which.version))
}

/// The generations stand in the place of indexes.
fn bind_keys<'q>(statement: Statement<'q>, span: &Span) -> Statement<'q> {
    let statement = statement.bind(span.from.index).bind(span.from.key.clone());
    statement.bind(span.to.index).bind(span.to.key.clone())
}
