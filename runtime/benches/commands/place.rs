//! Where a store is made, and gone afterwards.

use std::path::PathBuf;

use gesta_test_postgres::{Database, database};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::Kind;

pub struct Place {
    /// What the app is told.
    pub address: String,
    pub directory: TempDir,
    /// Dropped with this.
    _database: Option<Database>,
}

impl Place {
    pub async fn new(kind: Kind) -> Self {
        let parent =
            std::env::var_os("GESTA_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let directory = tempfile::tempdir_in(parent).unwrap();
        let file = directory.path().join("bench.db");
        let database = match kind {
            Kind::Postgres => Some(database().await.expect("a PostgreSQL server")),
            _ => None,
        };
        let address = match (kind, &database) {
            (_, Some(database)) => {
                flush(database).await;
                database.url().to_owned()
            }
            (Kind::Memory, _) => "memory:".to_owned(),
            (Kind::Normal, _) => format!(
                "sqlite:{}?durability=may-lose-latest-on-power-failure",
                file.display()
            ),
            _ => format!("sqlite:{}", file.display()),
        };
        Self {
            address,
            directory,
            _database: database,
        }
    }
}

/// Writes out what the measurement before has left, which this one would have to share the server with.
async fn flush(database: &Database) {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    sqlx::raw_sql("CHECKPOINT")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
