//! Where streams stand, and what is recorded of command ids.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, SqlStr};
use uuid::Uuid;

use crate::store::{Lookup, StoreError, StreamName};

use super::names::Names;
use super::row::{count, recording};
use super::session::answered;

/// Scalar and lateral, so that each key is a search of an index, whatever the planner thinks of the tables.
const SQL: &str = "SELECT h.version, h.position, c.version,
    (SELECT e.position FROM gesta.events AS e WHERE e.stream = k.stream AND e.version = c.version),
    c.events, c.digest
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS k (command_id, stream, at)
LEFT JOIN LATERAL (SELECT e.version, e.position FROM gesta.events AS e
    WHERE e.stream = k.stream ORDER BY e.version DESC LIMIT 1) AS h ON true
LEFT JOIN LATERAL (SELECT * FROM gesta.commands AS c
    WHERE c.command_id = k.command_id AND c.stream = k.stream LIMIT 1) AS c ON true
ORDER BY k.at";

pub(super) fn statement(names: &Names) -> SqlStr {
    names.statement(SQL)
}

/// Asks on a connection that is there.
pub(super) async fn ask<'a>(
    connection: &mut PgConnection,
    statement: SqlStr,
    patience: Duration,
    keys: impl Iterator<Item = (Uuid, &'a StreamName)>,
) -> Result<Vec<Lookup>, StoreError> {
    let (ids, streams): (Vec<_>, Vec<_>) = keys.map(|(id, stream)| (id, stream.as_str())).unzip();
    let asked = ids.len();
    let query = sqlx::query(statement).bind(ids).bind(streams);
    let rows = answered(patience, query.fetch_all(connection)).await?;
    let found: Result<_, _> = rows.iter().map(answer).collect();
    complete(asked, found?)
}

/// One answer for each key.
pub(super) fn complete(asked: usize, found: Vec<Lookup>) -> Result<Vec<Lookup>, StoreError> {
    if found.len() == asked {
        Ok(found)
    } else {
        let text = "a key was answered twice, or not at all";
        Err(StoreError::Corrupt(text.to_owned()))
    }
}

pub(super) fn answer(row: &PgRow) -> Result<Lookup, StoreError> {
    Ok(Lookup {
        version: count(row, 0)?,
        position: count(row, 1)?,
        known: recording(row, 2)?,
    })
}
