//! The ceiling: the log read page by page and not decoded, and the documents of all accounts written once for as many
//! events as a projection writes them for, by raw SQL on one connection.

use std::time::Instant;

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use crate::rate;

/// As the feed reads, and as a projection writes.
const PAGE: i64 = 2_048;
const WRITE: u64 = 32_768;
/// What a document of the projection is like.
const DOCUMENT: &str = r#"{"balance":100,"deposits":100,"last":"rent for the month of May"}"#;

pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub async fn connect(address: &str) -> Self {
        if address.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(address).await.unwrap();
            // As read models are written: a later commit of the log makes them durable.
            let set = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
            sqlx::raw_sql(set).execute(&mut connection).await.unwrap();
            return Self::Sqlite(connection);
        }
        let mut connection = PgConnection::connect(address).await.unwrap();
        let set = "SET synchronous_commit = off";
        sqlx::raw_sql(set).execute(&mut connection).await.unwrap();
        Self::Postgres(connection)
    }

    /// Events per second. The documents are as many as there are accounts.
    pub async fn catch_up(&mut self, ids: &[String]) -> f64 {
        self.make().await;
        let start = Instant::now();
        let (mut position, mut written) = (0, 0);
        loop {
            let (last, count) = self.page(position).await;
            position = last;
            if position - written >= WRITE || count < PAGE {
                self.write(ids, position).await;
                written = position;
            }
            if count < PAGE {
                return rate(position, start);
            }
        }
    }

    /// Empty tables, like those of the store.
    async fn make(&mut self) {
        match self {
            Self::Sqlite(connection) => {
                let sql = "DROP TABLE IF EXISTS raw_documents; DROP TABLE IF EXISTS raw_position;
                    CREATE TABLE raw_documents (generation INTEGER NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL,
                        PRIMARY KEY (generation, key)) STRICT, WITHOUT ROWID;
                    CREATE TABLE raw_position (position INTEGER NOT NULL); INSERT INTO raw_position VALUES (0)";
                sqlx::raw_sql(sql).execute(connection).await.unwrap();
            }
            Self::Postgres(connection) => {
                let sql = "DROP TABLE IF EXISTS raw_documents; DROP TABLE IF EXISTS raw_position;
                    CREATE TABLE raw_documents (generation bigint NOT NULL, key text COLLATE \"C\" NOT NULL,
                        document json NOT NULL, PRIMARY KEY (generation, key));
                    CREATE TABLE raw_position (position bigint NOT NULL); INSERT INTO raw_position VALUES (0)";
                sqlx::raw_sql(sql).execute(connection).await.unwrap();
            }
        }
    }

    /// Where a page ends, and how many events it has.
    async fn page(&mut self, after: u64) -> (u64, i64) {
        let after = i64::try_from(after).unwrap();
        let (last, count) = match self {
            Self::Sqlite(connection) => {
                // As one text, which is twice as fast as rows.
                let sql = "SELECT max(position), count(*), group_concat(stream || ' ' || name || ' ' || payload, '') FROM (
                    SELECT position, s.name AS stream, e.name, payload FROM gesta_events AS e
                    JOIN gesta_streams AS s ON s.id = e.stream WHERE position > ? ORDER BY position LIMIT ?)";
                let row = sqlx::query(sql)
                    .bind(after)
                    .bind(PAGE)
                    .fetch_one(connection);
                let row = row.await.unwrap();
                assert!(
                    row.get::<Option<&str>, _>(2)
                        .is_none_or(|text| !text.is_empty())
                );
                (row.get::<Option<i64>, _>(0), row.get(1))
            }
            Self::Postgres(connection) => {
                let sql = "SELECT position, version, stream, name, payload::text FROM gesta_events
                    WHERE position > $1 ORDER BY position LIMIT $2";
                let rows = sqlx::query(sql)
                    .bind(after)
                    .bind(PAGE)
                    .fetch_all(connection);
                let rows = rows.await.unwrap();
                let last = rows.last().map(|row| row.get::<i64, _>(0));
                (last, i64::try_from(rows.len()).unwrap())
            }
        };
        (u64::try_from(last.unwrap_or(after)).unwrap(), count)
    }

    async fn write(&mut self, ids: &[String], position: u64) {
        let position = i64::try_from(position).unwrap();
        match self {
            Self::Sqlite(connection) => {
                let rows = vec!["(?, ?, ?)"; ids.len()].join(", ");
                let sql = format!(
                    "BEGIN IMMEDIATE; UPDATE raw_position SET position = ?;
                    INSERT OR REPLACE INTO raw_documents VALUES {rows}; COMMIT"
                );
                let mut query = sqlx::query(AssertSqlSafe(sql)).bind(position);
                for id in ids {
                    query = query.bind(1).bind(id).bind(DOCUMENT);
                }
                query.execute(connection).await.unwrap();
            }
            Self::Postgres(connection) => {
                let sql = "WITH moved AS (UPDATE raw_position SET position = $1)
                    INSERT INTO raw_documents SELECT 1, key, $3::json FROM unnest($2::text[]) AS r (key)
                    ON CONFLICT (generation, key) DO UPDATE SET document = excluded.document";
                let query = sqlx::query(sql).bind(position).bind(ids).bind(DOCUMENT);
                query.execute(connection).await.unwrap();
            }
        }
    }
}
