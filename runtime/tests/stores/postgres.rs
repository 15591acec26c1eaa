//! What is PostgreSQL's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gesta::store::{PostgresStore, Store};
use gesta::testing::store::{Harness, run_all};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A database, in which each log has a schema of its own.
struct Postgres {
    url: String,
    logs: AtomicU32,
}

impl Postgres {
    async fn new() -> Option<Self> {
        let url = std::env::var("GESTA_TEST_POSTGRES").ok()?;
        let logs = AtomicU32::new(std::process::id() * 1000);
        Some(Self { url, logs })
    }
}

impl Harness for Postgres {
    /// The address.
    type Log = String;

    async fn create(&self, position: u64) -> String {
        let schema = format!("log_{}", self.logs.fetch_add(1, Ordering::Relaxed));
        let log = format!("{}?schema={schema}", self.url);
        if position > 0 {
            self.open(&log).await.close().await.unwrap();
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let sql = format!("UPDATE {schema}.gesta_counter SET position = {position}");
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
        }
        log
    }

    async fn open(&self, log: &String) -> Arc<dyn Store> {
        Arc::new(PostgresStore::connect(log).await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_contract() {
    let Some(postgres) = Postgres::new().await else {
        return;
    };
    run_all(&postgres).await;
}
