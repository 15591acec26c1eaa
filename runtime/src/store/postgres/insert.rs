//! The one statement that writes a batch, and what it is given.

use sqlx::{PgConnection, Row, SqlStr};

use crate::store::Outcome;

use super::columns::{Columns, End};
use super::names::Names;

/// The counter first, so that whoever writes waits here, and then everything else, or nothing at all.
///
/// It writes nothing and gives no row if a stream does not end where the batch says. What of the streams it sees is as old
/// as the statement, and that is enough: a version that was there stays there, and whether the next one has come
/// meanwhile is the unique key's matter. For a commit without events, which inserts none, an older look is still one
/// from behind its own decision.
///
/// A scalar subquery is never made into a hash of the whole table, as an `EXISTS` may be.
const SQL: &str = "WITH counted AS (
    UPDATE gesta.counter SET position = position + $1
    WHERE NOT EXISTS (
        SELECT FROM unnest($2::text[], $3::bigint[], $4::boolean[]) AS h (stream, version, asks)
        WHERE h.version > 0 AND (SELECT e.version FROM gesta.events AS e
                WHERE e.stream = h.stream AND e.version = h.version) IS NULL
            OR h.asks AND (SELECT e.version FROM gesta.events AS e
                WHERE e.stream = h.stream AND e.version = h.version + 1) IS NOT NULL)
    RETURNING position - $1 AS base
), events AS (
    INSERT INTO gesta.events (position, version, recorded_at, schema, command_id, stream, name, payload,
        correlation, causation, actor)
    SELECT base + at, version, recorded_at, coalesce(schema, 1), command_id, stream, name, payload::json,
        correlation, causation, actor
    FROM counted, unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::uuid[], $10::text[], $11::text[],
        $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
        AS r (stream, version, recorded_at, schema, command_id, name, payload, correlation, causation, actor, at)
), commands AS (
    INSERT INTO gesta.commands (command_id, version, events, digest, stream)
    SELECT command_id, version, coalesce(events, 1), digest, stream
    FROM counted, unnest(coalesce($15::uuid[], $9), coalesce($16::bigint[], $6), $17::bigint[], $18::bigint[],
        coalesce($19::text[], $5)) AS r (command_id, version, events, digest, stream)
), snapshots AS (
    INSERT INTO gesta.snapshots AS old (stream, version, fingerprint, state)
    SELECT stream, version, fingerprint, state::json
    FROM counted, unnest($20::text[], $21::bigint[], $22::bigint[], $23::text[])
        AS r (stream, version, fingerprint, state)
    ON CONFLICT (stream) DO UPDATE
    SET (version, fingerprint, state) = (excluded.version, excluded.fingerprint, excluded.state)
)
SELECT base, ARRAY(SELECT CASE WHEN h.asks THEN (SELECT e.position FROM gesta.events AS e
        WHERE e.stream = h.stream AND e.version = h.version) END
    FROM unnest($2::text[], $3::bigint[], $4::boolean[]) WITH ORDINALITY AS h (stream, version, asks, at)
    ORDER BY h.at)
FROM counted";

pub(super) fn statement(names: &Names) -> SqlStr {
    names.statement(SQL)
}

/// Runs the statement, and says where each commit came to stand; `None` if a stream does not end where the batch says,
/// and nothing is written.
pub(super) async fn insert(
    connection: &mut PgConnection,
    statement: SqlStr,
    columns: Columns<'_>,
) -> Result<Option<Vec<Outcome>>, sqlx::Error> {
    let Columns {
        heads,
        events,
        commands,
        snapshots,
        ends,
    } = columns;
    let own = !commands.are_events();
    let row = sqlx::query(statement)
        .bind(events.count())
        .bind(heads.streams)
        .bind(heads.versions)
        .bind(heads.asks)
        .bind(events.streams)
        .bind(events.versions)
        .bind(events.times)
        .bind(events.schemas.into_array())
        .bind(events.command_ids)
        .bind(events.names)
        .bind(events.payloads)
        .bind(events.correlations.into_array())
        .bind(events.causations.into_array())
        .bind(events.actors.into_array())
        .bind(own.then_some(commands.ids))
        .bind(own.then_some(commands.versions))
        .bind(commands.events.into_array())
        .bind(commands.digests.into_array())
        .bind(own.then_some(commands.streams))
        .bind(snapshots.streams)
        .bind(snapshots.versions)
        .bind(snapshots.fingerprints)
        .bind(snapshots.states)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (base, heads): (i64, Vec<Option<i64>>) = (row.try_get(0)?, row.try_get(1)?);
    let written = ends.into_iter().map(|end| {
        let position = match end {
            End::Event(number) => Some(base + number),
            End::Head(head) => heads.get(head).copied().flatten(),
        };
        // A stream without events has no position, which is 0.
        let position = position.unwrap_or_default().unsigned_abs();
        Outcome::Written { position }
    });
    Ok(Some(written.collect()))
}
