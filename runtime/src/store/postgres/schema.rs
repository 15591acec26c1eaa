//! The tables, made in steps, each of which is made once.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::store::StoreError;
use crate::store::sql::steps::{self, checksum};

use super::error;
use super::names::Names;
use super::row::get;

/// Every step there ever was; a published one never changes.
const STEPS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

const STEPS_TABLE: &str = "CREATE TABLE IF NOT EXISTS gesta.schema (
    step bigint PRIMARY KEY,
    checksum bigint NOT NULL
)";

/// All of it, for those who run it by other means.
pub(super) fn sql(names: &Names) -> String {
    let mut sql = String::from("BEGIN;\n");
    if names.schema() != "public" {
        sql.push_str(&format!(
            "CREATE SCHEMA IF NOT EXISTS \"{}\";\n",
            names.schema()
        ));
    }
    sql.push_str(&names.sql(STEPS_TABLE));
    sql.push_str(";\n\n");
    for (number, step) in (1_i64..).zip(STEPS) {
        sql.push_str(&names.sql(step));
        sql.push_str(&record(names, number, step));
        sql.push_str(";\n");
    }
    sql.push_str("COMMIT;\n");
    sql
}

fn record(names: &Names, number: i64, step: &str) -> String {
    let checksum = checksum(step);
    let insert = format!("INSERT INTO gesta.schema (step, checksum) VALUES ({number}, {checksum})");
    names.sql(&insert)
}

/// Makes the steps that are missing. A database that has them all is only read, so that the role of an application needs
/// no right to change it.
///
/// An error leaves the connection inside a transaction.
pub(super) async fn migrate(
    connection: &mut PgConnection,
    names: &Names,
) -> Result<(), StoreError> {
    if check_made(connection, names).await? == STEPS.len() {
        return Ok(());
    }
    // Of processes that start at once, one gets the lock, and the others find nothing to do after it. It is one for all
    // prefixes, since each of them may make the schema.
    let lock = checksum(names.schema());
    run(
        connection,
        format!("BEGIN; SELECT pg_advisory_xact_lock({lock})"),
    )
    .await?;
    if !has_schema(connection, names).await? {
        run(connection, format!("CREATE SCHEMA \"{}\"", names.schema())).await?;
    }
    run(connection, names.sql(STEPS_TABLE)).await?;
    let made = check_made(connection, names).await?;
    for (number, step) in (1_i64..).zip(STEPS).skip(made) {
        run(connection, names.sql(step)).await?;
        run(connection, record(names, number, step)).await?;
    }
    run(connection, "COMMIT".to_owned()).await
}

/// Compares the steps that the database has with those of this program, and counts them.
async fn check_made(connection: &mut PgConnection, names: &Names) -> Result<usize, StoreError> {
    let table = sqlx::query("SELECT to_regclass($1) IS NOT NULL")
        .bind(names.name("schema"))
        .fetch_one(&mut *connection)
        .await
        .map_err(error::of)?;
    if !get::<bool>(&table, 0)? {
        return Ok(0);
    }
    let rows =
        sqlx::query(names.statement("SELECT step, checksum FROM gesta.schema ORDER BY step"))
            .fetch_all(connection)
            .await
            .map_err(error::of)?;
    let made: Result<Vec<_>, StoreError> = rows
        .iter()
        .map(|row| Ok((get(row, 0)?, get(row, 1)?)))
        .collect();
    steps::check_made(STEPS, &made?)
}

async fn has_schema(connection: &mut PgConnection, names: &Names) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT to_regnamespace($1) IS NOT NULL")
        .bind(format!("\"{}\"", names.schema()))
        .fetch_one(connection)
        .await
        .map_err(error::of)?;
    get(&row, 0)
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    // Constants, numbers, and names that were checked.
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(|_| ()).map_err(error::of)
}
