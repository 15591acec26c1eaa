//! The stores that each test runs on.

use std::sync::Arc;

use gesta::store::{MemoryStore, PostgresStore, SqliteStore, Store};
use gesta_test_postgres::database;

/// Runs a test on each store, one after the other.
pub async fn on_each_store(test: impl AsyncFn(Arc<dyn Store>)) {
    test(Arc::new(MemoryStore::new())).await;
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStore::open(folder.path().join("log.db")).await;
    test(Arc::new(sqlite.unwrap())).await;
    if let Some(database) = database().await {
        let postgres = PostgresStore::connect(database.url()).await;
        test(Arc::new(postgres.unwrap())).await;
    }
}
