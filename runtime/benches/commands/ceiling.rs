//! What the store itself can do: the same rows, in the same tables, in batches as large as the clients can make them,
//! written by one loop that decides nothing, checks nothing and answers nobody.

use std::fmt::Write;
use std::time::{Duration, Instant};

use gesta::store::{Commit, MemoryStore, NewEvent, SqliteStore, Store, StreamName};
use gesta::{Meta, Timestamp};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

use crate::clients::STRIDE;

/// One row of each table.
struct Row {
    stream: usize,
    version: u64,
    json: String,
}

/// Makes rows as the clients would: the aggregates in the same scattered order, each with its next version.
struct Rows {
    versions: Vec<u64>,
    next: usize,
}

impl Rows {
    fn new(aggregates: usize) -> Self {
        Self {
            versions: vec![0; aggregates],
            next: 0,
        }
    }

    fn next(&mut self) -> Row {
        self.next += 1;
        let stream = self.next * STRIDE % self.versions.len();
        self.versions[stream] += 1;
        let json = format!(
            r#"{{"cents":{},"memo":"rent for the month of May"}}"#,
            self.next
        );
        Row {
            stream,
            version: self.versions[stream],
            json,
        }
    }
}

/// Runs a batch again and again, and says how many rows a second it writes.
async fn rate(batch: usize, time: Duration, mut write: impl AsyncFnMut()) -> f64 {
    write().await;
    let (start, mut rows) = (Instant::now(), 0);
    while start.elapsed() < time {
        write().await;
        rows += batch;
    }
    f64::from(u32::try_from(rows).unwrap()) / start.elapsed().as_secs_f64()
}

/// For memory there is no raw SQL: the ceiling is the store alone, called by one loop.
pub async fn memory(batch: usize, aggregates: usize, time: Duration) -> f64 {
    let store = MemoryStore::new();
    let name = |number| StreamName::new("Account", &format!("account-{number}")).unwrap();
    let names: Vec<StreamName> = (0..aggregates).map(name).collect();
    let mut rows = Rows::new(aggregates);
    let commit = |row: Row| Commit {
        stream: names[row.stream].clone(),
        expected: row.version - 1,
        digest: None,
        events: vec![NewEvent {
            name: "Deposited".into(),
            schema: 1,
            json: row.json,
        }],
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    };
    rate(batch, time, async || {
        let commits: Vec<_> = (0..batch).map(|_| commit(rows.next())).collect();
        store.append(&commits).await.unwrap();
    })
    .await
}

pub async fn sqlite(
    place: TempDir,
    synchronous: &str,
    batch: usize,
    aggregates: usize,
    time: Duration,
) -> f64 {
    let mut connection = open(&place, synchronous, aggregates).await;
    let sql = statements(batch);
    let mut rows = Rows::new(aggregates);
    let (mut position, mut warm, mut start) = (0_i64, false, Instant::now());
    let mut written = 0_u32;
    while start.elapsed() < time {
        let batch: Vec<_> = (0..batch).map(|_| (Uuid::now_v7(), rows.next())).collect();
        let query = sqlx::query_with(AssertSqlSafe(sql.as_str()), bind(&batch, position));
        query.fetch_all(&mut connection).await.unwrap();
        position += i64::try_from(batch.len()).unwrap();
        if warm {
            written += u32::try_from(batch.len()).unwrap();
        } else {
            (warm, start) = (true, Instant::now());
        }
    }
    let rate = f64::from(written) / start.elapsed().as_secs_f64();
    connection.close().await.unwrap();
    rate
}

/// The tables of the store, less its trigger: nothing is checked here, and the streams are there.
async fn open(place: &TempDir, synchronous: &str, aggregates: usize) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(place.path().join("ceiling.db"))
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
