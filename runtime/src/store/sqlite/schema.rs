//! The tables, made in steps, each of which is made once.

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::store::StoreError;
use crate::store::sql::steps::{self, checksum};

use super::error;
use super::row::get;

/// Every step there ever was; a published one never changes.
const STEPS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

const STEPS_TABLE: &str = "CREATE TABLE IF NOT EXISTS gesta_schema (
    step INTEGER PRIMARY KEY,
    checksum INTEGER NOT NULL
) STRICT";

pub(super) fn sql() -> String {
    let mut sql = format!("{STEPS_TABLE};\n");
    for (number, step) in (1_i64..).zip(STEPS) {
        sql.push_str(step);
        sql.push_str(&record(number, step));
        sql.push_str(";\n");
    }
    sql
}

fn record(number: i64, step: &str) -> String {
    let checksum = checksum(step);
    format!("INSERT INTO gesta_schema (step, checksum) VALUES ({number}, {checksum})")
}

/// Makes the steps that are missing, in one transaction: of two processes that start at once, one waits here and then
/// finds nothing to do. An error leaves the transaction open.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    execute(connection, "BEGIN IMMEDIATE")
        .await
        .map_err(error::of)?;
    execute(connection, STEPS_TABLE).await.map_err(error::of)?;
    let made = check_made(connection).await?;
    for (number, step) in (1_i64..).zip(STEPS).skip(made) {
        execute(connection, step).await.map_err(error::of)?;
        let record = AssertSqlSafe(record(number, step));
        sqlx::raw_sql(record)
            .execute(&mut *connection)
            .await
            .map_err(error::of)?;
    }
    execute(connection, "COMMIT").await.map_err(error::of)
}

/// Compares the steps that the database has with those of this program, and counts them.
async fn check_made(connection: &mut SqliteConnection) -> Result<usize, StoreError> {
    let rows = sqlx::query("SELECT step, checksum FROM gesta_schema ORDER BY step")
        .fetch_all(connection)
        .await
        .map_err(error::of)?;
    let made: Result<Vec<_>, StoreError> = rows
        .iter()
        .map(|row| Ok((get(row, 0)?, get(row, 1)?)))
        .collect();
    steps::check_made(STEPS, &made?)
}

pub(super) async fn execute(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(|_| ())
}
