use std::time::Duration;

use gesta::store::PostgresStore;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use super::{Meter, Rows};
use crate::place::Place;

/// One statement a batch, which is its own transaction.
const INSERT: &str = "WITH counted AS (
    UPDATE gesta_counter SET position = position + $1 RETURNING position - $1 AS base
), events AS (
    INSERT INTO gesta_events (position, version, recorded_at, schema, command_id, stream, name, payload)
    SELECT base + at, version, 0, 1, command_id, stream, 'Deposited', payload::json
    FROM counted, unnest($2::text[], $3::bigint[], $4::uuid[], $5::text[])
        WITH ORDINALITY AS r (stream, version, command_id, payload, at)
)
INSERT INTO gesta_commands (command_id, version, events, stream)
SELECT command_id, version, 1, stream
FROM unnest($2::text[], $3::bigint[], $4::uuid[]) AS r (stream, version, command_id)";

pub async fn postgres(place: Place, batch: usize, aggregates: usize, time: Duration) -> f64 {
    let mut connection = PgConnection::connect(&place.address).await.unwrap();
    let tables = PostgresStore::builder(&place.address)
        .unwrap()
        .schema_sql()
        .unwrap();
    let settings = "SET jit = off; SET plan_cache_mode = force_generic_plan".to_owned();
    for sql in [tables, settings] {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let mut rows = Rows::new(aggregates);
    let names: Vec<_> = (0..aggregates)
        .map(|number| format!("Account/account-{number}"))
        .collect();
    let mut meter = Meter::new(batch, time);
    loop {
        let rows: Vec<_> = (0..batch).map(|_| rows.next()).collect();
        let streams: Vec<_> = rows.iter().map(|row| names[row.stream].as_str()).collect();
        let versions: Vec<_> = rows.iter().map(|row| row.version.cast_signed()).collect();
        let ids: Vec<_> = rows.iter().map(|_| Uuid::now_v7()).collect();
        let payloads: Vec<_> = rows.iter().map(|row| row.json.as_str()).collect();
        sqlx::query(INSERT)
            .bind(i64::try_from(batch).unwrap())
            .bind(streams)
            .bind(versions)
            .bind(ids)
            .bind(payloads)
            .execute(&mut connection)
            .await
            .unwrap();
        if !meter.counts() {
            break;
        }
    }
    let rate = meter.rate();
    connection.close().await.unwrap();
    rate
}
