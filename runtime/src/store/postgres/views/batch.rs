//! The one statement that writes a batch, and what it is given.

use std::collections::HashSet;

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, SqlStr};

use crate::store::StoreError;
use crate::store::sql::numbers::int;
use crate::store::views::{IndexEntry, ParkedEvent, ViewBatch};

use super::fault::storable;
use super::parked;

/// The row of the generation first, which is locked from then on, and then everything else, or nothing at all.
///
/// What it deletes it sees as it was before it waited for that row. But whoever else writes to these documents takes that
/// row first too, and leaves another position in it, or has an older token.
///
/// Scalar subqueries, so that each row is a search of the index, whatever the planner thinks of the tables.
pub(super) const SQL: &str = "WITH fenced AS (
    UPDATE gesta.projections SET position = $4
    WHERE generation = $1 AND token = $2 AND position = $3 AND stage < 2
    RETURNING generation
), upserts AS (
    INSERT INTO gesta.documents (generation, key, document)
    SELECT generation, key, document::json FROM fenced, unnest($5::text[], $6::text[]) AS r (key, document)
    ON CONFLICT (generation, key) DO UPDATE SET document = excluded.document
), deletes AS (
    DELETE FROM gesta.documents WHERE ctid = ANY (ARRAY(
        SELECT (SELECT d.ctid FROM gesta.documents AS d WHERE d.generation = f.generation AND d.key = r.key)
        FROM fenced AS f, unnest($7::text[]) AS r (key)))
), old_entries AS (
    DELETE FROM gesta.entries WHERE ctid = ANY (ARRAY(
        SELECT (SELECT e.ctid FROM gesta.entries AS e
            WHERE e.generation = f.generation AND e.index = r.index AND e.value = r.value AND e.key = r.key)
        FROM fenced AS f, unnest($8::bigint[], $9::bytea[], $10::text[]) AS r (index, value, key)))
), new_entries AS (
    INSERT INTO gesta.entries (generation, index, value, key)
    SELECT generation, index, value, key
    FROM fenced, unnest($11::bigint[], $12::bytea[], $13::text[]) AS r (index, value, key)
    ON CONFLICT DO NOTHING
), parked AS (
    INSERT INTO gesta.parked (generation, key, position, attempts, request, error)
    SELECT generation, key, position, attempts, request, error
    FROM fenced, unnest($14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[])
        AS r (key, position, attempts, request, error)
    ON CONFLICT (generation, key, position) DO UPDATE
    SET (attempts, request, error) = (excluded.attempts, excluded.request, excluded.error)
), unparked AS (
    DELETE FROM gesta.parked WHERE ctid = ANY (ARRAY(
        SELECT (SELECT p.ctid FROM gesta.parked AS p
            WHERE p.generation = f.generation AND p.key = r.key AND p.position = r.position)
        FROM fenced AS f, unnest($19::text[], $20::bigint[]) AS r (key, position)))
)
SELECT FROM fenced";

type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// The statement with the batch in columns, as arrays of which the server makes rows. In the order of the index, in which
/// neighbours are found quicker.
pub(super) fn statement(text: SqlStr, batch: &ViewBatch) -> Result<Statement<'_>, StoreError> {
    let upserts = batch.upserts.iter();
    let mut upserts: Vec<(&str, &str)> = upserts.map(|(key, json)| (&**key, &**json)).collect();
    upserts.sort_unstable();
    let (keys, documents): (Vec<_>, Vec<_>) = upserts.into_iter().unzip();
    let query = sqlx::query(text)
        .bind(int(batch.generation)?)
        .bind(int(batch.token)?)
        .bind(int(batch.from)?)
        .bind(int(batch.to)?)
        .bind(keys)
        .bind(documents)
        .bind(&batch.deletes);
    let query = bind_entries(query, old_entries(batch));
    let query = bind_entries(query, batch.new_entries.iter().collect());
    bind_unparked(bind_parked(query, &batch.parked)?, batch)
}

/// One statement cannot delete a row and insert it again: what comes anew stays.
fn old_entries(batch: &ViewBatch) -> Vec<&IndexEntry> {
    let new: HashSet<_> = batch.new_entries.iter().map(parts).collect();
    let old = batch.old_entries.iter();
    old.filter(|entry| !new.contains(&parts(entry))).collect()
}

fn parts(entry: &IndexEntry) -> (u32, &[u8], &str) {
    (entry.index, &entry.value, &entry.key)
}

fn bind_entries<'q>(query: Statement<'q>, entries: Vec<&'q IndexEntry>) -> Statement<'q> {
    let (mut indexes, mut values, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        indexes.push(i64::from(entry.index));
        values.push(entry.value.as_slice());
        keys.push(entry.key.as_str());
    }
    query.bind(indexes).bind(values).bind(keys)
}

fn bind_parked<'q>(
    query: Statement<'q>,
    events: &'q [ParkedEvent],
) -> Result<Statement<'q>, StoreError> {
    let (mut keys, mut positions, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut requests, mut errors) = (Vec::new(), Vec::new());
    for event in events {
        keys.push(event.key.as_str());
        positions.push(int(event.position)?);
        attempts.push(i64::from(event.attempts));
        requests.push(event.request.map(parked::number).transpose()?);
        errors.push(event.error.as_deref().map(storable));
    }
    let query = query.bind(keys).bind(positions).bind(attempts);
    Ok(query.bind(requests).bind(errors))
}

/// What is parked again is not unparked.
fn bind_unparked<'q>(
    query: Statement<'q>,
    batch: &'q ViewBatch,
) -> Result<Statement<'q>, StoreError> {
    let stays: HashSet<_> = batch
        .parked
        .iter()
        .map(|event| (event.key.as_str(), event.position))
        .collect();
    let (mut keys, mut positions) = (Vec::new(), Vec::new());
    for (key, position) in &batch.unparked {
        if !stays.contains(&(key.as_str(), *position)) {
            keys.push(key.as_str());
            positions.push(int(*position)?);
        }
    }
    Ok(query.bind(keys).bind(positions))
}
