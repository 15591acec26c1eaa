//! PostgreSQL. What is its own is in `tests/postgres`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gesta::store::{PostgresStore, Store};
use gesta::testing::store::{Harness, agrees_with_the_model, run_all, views};
use gesta_test_postgres::{Database, database};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{calls, plan};

/// A database, in which each log has a schema of its own.
struct Postgres {
    database: Database,
    logs: AtomicU32,
}

impl Postgres {
    async fn new() -> Option<Self> {
        Some(Self {
            database: database().await?,
            logs: AtomicU32::new(0),
        })
    }
}

impl Harness for Postgres {
    /// The address.
    type Log = String;

    async fn create(&self, position: u64) -> String {
        let schema = format!("log_{}", self.logs.fetch_add(1, Ordering::Relaxed));
        let url = self.database.url();
        let separator = if url.contains('?') { '&' } else { '?' };
        let log = format!("{url}{separator}schema={schema}");
        if position > 0 {
            self.open(&log).await.close().await.unwrap();
            let mut connection = PgConnection::connect(url).await.unwrap();
            let sql = format!("UPDATE {schema}.gesta_counter SET position = {position}");
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_read_models() {
    let Some(postgres) = Postgres::new().await else {
        return;
    };
    views::run_all(&postgres).await;
}

/// Runs a check of a few plans.
fn check_some<P: Strategy>(plans: &P, check: impl AsyncFn(&Postgres, P::Value)) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let Some(postgres) = runtime.block_on(Postgres::new()) else {
        return;
    };
    let config = Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    };
    let run = |plan| {
        runtime.block_on(check(&postgres, plan));
        Ok(())
    };
    TestRunner::new(config).run(plans, run).unwrap();
}

#[test]
fn postgres_agrees_with_one_by_one() {
    check_some(&plan(), async |postgres, plan| {
        agrees_with_the_model(postgres, &plan).await;
    });
}

#[test]
fn postgres_keeps_read_models_as_memory_does() {
    check_some(&calls(), async |postgres, calls| {
        views::agrees_with_memory(postgres, &calls).await;
    });
}
