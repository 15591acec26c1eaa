use std::fmt::Write;
use std::time::Duration;

use gesta::store::SqliteStore;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use uuid::Uuid;

use super::{Meter, Row, Rows};
use crate::place::Place;

pub async fn sqlite(
    place: Place,
    synchronous: &str,
    batch: usize,
    aggregates: usize,
    time: Duration,
) -> f64 {
    let mut connection = open(&place, synchronous, aggregates).await;
    let sql = statements(batch);
    let mut rows = Rows::new(aggregates);
    let (mut position, mut meter) = (0_i64, Meter::new(batch, time));
    loop {
        let batch: Vec<_> = (0..batch).map(|_| (Uuid::now_v7(), rows.next())).collect();
        let query = sqlx::query_with(AssertSqlSafe(sql.as_str()), bind(&batch, position));
        query.fetch_all(&mut connection).await.unwrap();
        position += i64::try_from(batch.len()).unwrap();
        if !meter.counts() {
            break;
        }
    }
    let rate = meter.rate();
    connection.close().await.unwrap();
    rate
}

/// The tables of the store, less its trigger: nothing is checked here, and the streams are there.
async fn open(place: &Place, synchronous: &str, aggregates: usize) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(place.directory.path().join("ceiling.db"))
        .create_if_missing(true)
        .pragma("cache_size", "-8192")
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(if synchronous == "FULL" {
            SqliteSynchronous::Full
        } else {
            SqliteSynchronous::Normal
        });
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(SqliteStore::schema_sql()))
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql("DROP TRIGGER gesta_commands_follow")
        .execute(&mut connection)
        .await
        .unwrap();
    for number in 0..aggregates {
        let sql = format!("INSERT INTO gesta_streams (name) VALUES ('Account/account-{number}')");
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection
}

/// One transaction as one text, with as many rows as the batch has. `OR FAIL` spares SQLite a journal of each statement.
fn statements(batch: usize) -> String {
    let mut sql = String::from("BEGIN IMMEDIATE; UPDATE gesta_counter SET position = ?;");
    let rows = |columns: usize| {
        let row = format!("({}?)", "?,".repeat(columns - 1));
        vec![row; batch].join(",")
    };
    write!(sql, "INSERT OR FAIL INTO gesta_events VALUES {};", rows(11)).unwrap();
    write!(
        sql,
        "INSERT OR FAIL INTO gesta_commands (command_id, stream, version, events, position, digest) VALUES {};",
        rows(6)
    )
    .unwrap();
    sql.push_str("COMMIT");
    sql
}

fn bind(rows: &[(Uuid, Row)], position: i64) -> SqliteArguments {
    let mut arguments = SqliteArguments::default();
    arguments
        .add(position + i64::try_from(rows.len()).unwrap())
        .unwrap();
    for (at, (id, row)) in (position + 1..).zip(rows) {
        arguments.add(at).unwrap();
        arguments
            .add(i64::try_from(row.stream).unwrap() + 1)
            .unwrap();
        arguments.add(row.version.cast_signed()).unwrap();
        arguments.add("Deposited").unwrap();
        arguments.add(1_i64).unwrap();
        arguments.add(row.json.as_str()).unwrap();
        arguments.add(*id).unwrap();
        for _ in 0..3 {
            arguments.add(None::<&str>).unwrap();
        }
        arguments.add(0_i64).unwrap();
    }
    for (at, (id, row)) in (position + 1..).zip(rows) {
        arguments.add(*id).unwrap();
        arguments
            .add(i64::try_from(row.stream).unwrap() + 1)
            .unwrap();
        arguments.add(row.version.cast_signed()).unwrap();
        arguments.add(1_i64).unwrap();
        arguments.add(at).unwrap();
        arguments.add(None::<i64>).unwrap();
    }
    arguments
}
