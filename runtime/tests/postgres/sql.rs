//! A database as somebody else sees it.

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row};

/// A connection that is not the store's.
pub async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    options.disable_statement_logging().connect().await.unwrap()
}

/// Runs statements behind the store's back.
pub async fn run(url: &str, sql: &str) {
    try_run(url, sql).await.unwrap();
}

pub async fn try_run(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let mut connection = connect(url).await;
    let done = sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await;
    done.map(drop)
}

pub async fn rows(connection: &mut PgConnection, sql: &str) -> Vec<PgRow> {
    let query = sqlx::query(AssertSqlSafe(sql));
    query.fetch_all(connection).await.unwrap()
}

/// The one number that a query gives.
pub async fn number(url: &str, sql: &str) -> i64 {
    rows(&mut connect(url).await, sql).await[0].get(0)
}

/// The texts that a query gives, one in each row.
pub async fn texts(url: &str, sql: &str) -> Vec<String> {
    let rows = rows(&mut connect(url).await, sql).await;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The address with one more parameter.
pub fn with(url: &str, parameter: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameter}")
}
