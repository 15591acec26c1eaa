//! The stores, held to their contract.

use std::sync::Arc;

use gesta::store::{MemoryStore, Store};
use gesta::testing::store::{Harness, run_all};

struct Memory;

impl Harness for Memory {
    type Log = MemoryStore;

    async fn create(&self, position: u64) -> MemoryStore {
        MemoryStore::starting_after(position)
    }

    async fn open(&self, log: &MemoryStore) -> Arc<dyn Store> {
        Arc::new(log.clone())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_contract() {
    run_all(&Memory).await;
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;
    use gesta::store::{Durability, SqliteStore};
    use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
    use sqlx::{ConnectOptions, Connection};
    use tempfile::TempDir;

    struct Sqlite(Durability);

    fn path(log: &TempDir) -> std::path::PathBuf {
        log.path().join("log.db")
    }

    async fn raw(log: &TempDir) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(path(log));
        options.connect().await.unwrap()
    }

    impl Harness for Sqlite {
        type Log = TempDir;

        async fn create(&self, position: u64) -> TempDir {
            let log = tempfile::tempdir().unwrap();
            if position > 0 {
                self.open(&log).await.close().await.unwrap();
                let mut connection = raw(&log).await;
                sqlx::query("UPDATE gesta_counter SET position = ?")
                    .bind(i64::try_from(position).unwrap())
                    .execute(&mut connection)
                    .await
                    .unwrap();
                connection.close().await.unwrap();
            }
            log
        }

        async fn open(&self, log: &TempDir) -> Arc<dyn Store> {
            let builder = SqliteStore::builder(path(log)).durability(self.0);
            Arc::new(builder.open().await.unwrap())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite_keeps_the_contract() {
        run_all(&Sqlite(Durability::Full)).await;
    }
}
