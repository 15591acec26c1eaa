//! Where a store is made, and gone afterwards.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::Kind;

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub struct Place {
    /// What the app is told.
    pub address: String,
    pub directory: TempDir,
    pub schema: String,
    server: Option<String>,
}

impl Place {
    pub async fn new(kind: Kind) -> Self {
        let parent =
            std::env::var_os("GESTA_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let directory = tempfile::tempdir_in(parent).unwrap();
        let file = directory.path().join("bench.db");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let schema = format!("bench_{}_{number}", std::process::id());
        let server = match kind {
            Kind::Postgres => Some(std::env::var("GESTA_TEST_POSTGRES").unwrap()),
            _ => None,
        };
        let address = match (kind, &server) {
            (_, Some(url)) => format!("{url}?schema={schema}"),
            (Kind::Memory, _) => "memory:".to_owned(),
            (Kind::Normal, _) => {
                format!(
                    "sqlite:{}?durability=may-lose-latest-on-power-failure",
                    file.display()
                )
            }
            _ => format!("sqlite:{}", file.display()),
        };
        Self {
            address,
            directory,
            schema,
            server,
        }
    }

    /// A connection to the server.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(self.server.as_deref().unwrap())
            .await
            .unwrap()
    }

    /// Leaves nothing behind that the next measurement would have to share the server with.
    pub async fn clear(self) {
        if self.server.is_some() {
            let mut connection = self.connect().await;
            let sql = format!("DROP SCHEMA {} CASCADE; CHECKPOINT", self.schema);
            for sql in sql.split(';') {
                sqlx::raw_sql(AssertSqlSafe(sql))
                    .execute(&mut connection)
                    .await
                    .unwrap();
            }
            connection.close().await.unwrap();
        }
    }
}
