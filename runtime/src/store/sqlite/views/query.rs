//! Questions: each is one statement, so that the generation and its documents are of one moment.

use std::ops::Bound;

use sqlx::sqlite::SqliteRow;

use crate::store::StoreError;
use crate::store::sql::numbers::unsigned;
use crate::store::views::{Answered, Cursor, IndexRange, ViewPage, ViewQuery, Which};

use super::super::row::{LIMIT, count as number, get};
use super::super::script::Script;

/// `p` is the generation that answers.
fn asking(which: &Which) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.text(
        "WITH p AS MATERIALIZED (SELECT generation, version, position FROM gesta_projections
            WHERE projection = ? AND stage = 1 ORDER BY version = ? DESC, generation DESC LIMIT 1)
        SELECT p.generation, p.version, p.position, ",
    );
    script.value(which.projection.as_str())?;
    script.value(i64::from(which.version))?;
    Ok(script)
}

fn answered<T>(
    rows: &[SqliteRow],
    answer: impl FnOnce(&SqliteRow) -> Result<T, StoreError>,
) -> Result<Option<Answered<T>>, StoreError> {
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Answered {
        answer: answer(row)?,
        generation: number(row, 0)?,
        version: unsigned(number(row, 1)?)?,
        position: number(row, 2)?,
    }))
}

pub(super) fn view(which: &Which, key: &str) -> Result<Script, StoreError> {
    let mut script = asking(which)?;
    script.statement(
        "d.document FROM p LEFT JOIN gesta_documents AS d ON d.generation = p.generation AND d.key = ?",
    );
    script.value(key)?;
    Ok(script)
}

pub(super) fn document(rows: &[SqliteRow]) -> Result<Option<Answered<Option<String>>>, StoreError> {
    answered(rows, |row| get(row, 3))
}

pub(super) fn count(which: &Which, range: Option<&IndexRange>) -> Result<Script, StoreError> {
    let mut script = asking(which)?;
    match range {
        None => script
            .text("(SELECT count(*) FROM gesta_documents AS d WHERE d.generation = p.generation"),
        Some(range) => {
            script
                .text("(SELECT count(*) FROM gesta_entries AS e WHERE e.generation = p.generation");
            within(&mut script, range)?;
        }
    }
    script.statement(") FROM p");
    Ok(script)
}

pub(super) fn counted(rows: &[SqliteRow]) -> Result<Option<Answered<u64>>, StoreError> {
    answered(rows, |row| number(row, 3))
}

/// A page is read in the order of a key, from where it begins: the generation is a constant to it, not a table.
pub(super) fn page(which: &Which, query: &ViewQuery) -> Result<Script, StoreError> {
    let descending = if query.reverse { "DESC" } else { "" };
    let mut script = asking(which)?;
    script.text("d.value, d.key, d.document FROM p LEFT JOIN (");
    let order = match &query.range {
        None => by_key(&mut script, query)?,
        Some(range) => by_index(&mut script, query, range)?,
    };
    let order = order.join(&format!(" {descending}, "));
    script.text(&format!(
        " ORDER BY {order} {descending} {LIMIT}) AS d ON TRUE"
    ));
    // The row after the page tells that there are more.
    script.value(i64::from(query.limit.max(1)) + 1)?;
    script.statement(&format!(
        " ORDER BY d.value {descending}, d.key {descending}"
    ));
    Ok(script)
}

/// Selects documents, and tells by what they are to be ordered.
fn by_key(script: &mut Script, query: &ViewQuery) -> Result<&'static [&'static str], StoreError> {
    script.text(
        "SELECT x'' AS value, key, document FROM gesta_documents
        WHERE generation = (SELECT generation FROM p)",
    );
    if let Some(after) = &query.after {
        script.text(behind(query, " AND key > ?", " AND key < ?"));
        script.value(after.key.as_str())?;
    }
    Ok(&["key"])
}

/// The same, by the entries of an index.
fn by_index(
    script: &mut Script,
    query: &ViewQuery,
    range: &IndexRange,
) -> Result<&'static [&'static str], StoreError> {
    script.text(
        "SELECT e.value, e.key, d.document FROM gesta_entries AS e
        CROSS JOIN gesta_documents AS d ON d.generation = e.generation AND d.key = e.key
        WHERE e.generation = (SELECT generation FROM p)",
    );
    within(script, range)?;
    if let Some(after) = &query.after {
        let (forward, back) = (
            " AND (e.value, e.key) > (?, ?)",
            " AND (e.value, e.key) < (?, ?)",
        );
        script.text(behind(query, forward, back));
        script.value(after.value.as_slice())?;
        script.value(after.key.as_str())?;
    }
    Ok(&["e.value", "e.key"])
}

fn behind(query: &ViewQuery, forward: &'static str, back: &'static str) -> &'static str {
    if query.reverse { back } else { forward }
}

fn within(script: &mut Script, range: &IndexRange) -> Result<(), StoreError> {
    script.text(" AND e.number = ?");
    script.value(i64::from(range.index))?;
    bound(script, &range.from, " AND e.value >= ?", " AND e.value > ?")?;
    bound(script, &range.to, " AND e.value <= ?", " AND e.value < ?")
}

fn bound(
    script: &mut Script,
    bound: &Bound<Vec<u8>>,
    included: &str,
    excluded: &str,
) -> Result<(), StoreError> {
    let (text, value) = match bound {
        Bound::Included(value) => (included, value),
        Bound::Excluded(value) => (excluded, value),
        Bound::Unbounded => return Ok(()),
    };
    script.text(text);
    script.value(value.as_slice())
}

pub(super) fn paged(
    rows: &[SqliteRow],
    query: &ViewQuery,
) -> Result<Option<Answered<ViewPage>>, StoreError> {
    answered(rows, |_| {
        let limit = usize::try_from(query.limit.max(1)).unwrap_or(usize::MAX);
        let mut page = ViewPage::default();
        for row in rows.iter().take(limit) {
            // One row without a key stands for no documents.
            if let Some(key) = get(row, 4)? {
                page.documents.push((key, get(row, 5)?));
            }
        }
        let last = rows.get(limit - 1).filter(|_| rows.len() > limit);
        page.next = last.map(cursor).transpose()?;
        Ok(page)
    })
}

fn cursor(row: &SqliteRow) -> Result<Cursor, StoreError> {
    Ok(Cursor {
        value: get(row, 3)?,
        key: get(row, 4)?,
    })
}
