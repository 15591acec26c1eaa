//! Where the tables are.

use std::time::Duration;

use gesta::{App, AppBuilder, Projection, ProjectionState, ProjectionStatus};
use gesta_test_postgres::Database;
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool};
use tempfile::TempDir;

use crate::account::Account;

/// A database of the test's own.
pub enum Place {
    Sqlite(TempDir, SqlitePool),
    Postgres(Database, PgPool),
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let pool = SqlitePool::connect_lazy(&format!("sqlite:{}", path.display())).unwrap();
        Self::Sqlite(folder, pool)
    }

    pub async fn postgres() -> Option<Self> {
        let database = gesta_test_postgres::database().await?;
        let pool = PgPool::connect_lazy(database.url()).unwrap();
        Some(Self::Postgres(database, pool))
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(..))
    }

    pub fn builder(&self) -> AppBuilder {
        let address = match self {
            Self::Sqlite(folder, _) => {
                format!("sqlite:{}", folder.path().join("bank.db").display())
            }
            Self::Postgres(database, _) => database.url().to_string(),
        };
        App::builder().store(address).aggregate::<Account>()
    }

    pub async fn start<P: Projection>(&self) -> App {
        let builder = self.builder().projection::<P>();
        builder
            .lease(Duration::from_millis(500))
            .start()
            .await
            .unwrap()
    }

    /// Rows of whole numbers.
    pub async fn numbers(&self, sql: String) -> Result<Vec<Vec<i64>>, sqlx::Error> {
        macro_rules! numbers {
            ($pool:expr) => {{
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all($pool).await?;
                let row = |row: &_| (0..Row::len(row)).map(|each| Row::get(row, each)).collect();
                Ok(rows.iter().map(row).collect())
            }};
        }
        match self {
            Self::Sqlite(_, pool) => numbers!(pool),
            Self::Postgres(_, pool) => numbers!(pool),
        }
    }

    pub async fn has_table(&self, table: &str) -> bool {
        let sql = match self {
            Self::Sqlite(..) => {
                format!("SELECT count(*) FROM sqlite_schema WHERE name = '{table}'")
            }
            Self::Postgres(..) => {
                format!("SELECT count(*) FROM pg_tables WHERE tablename = '{table}'")
            }
        };
        self.numbers(sql).await.unwrap() == [[1]]
    }
}

/// Looks again and again until all generations are as they should.
pub async fn until(
    bank: &App,
    mut are: impl FnMut(&[ProjectionStatus]) -> bool,
) -> Vec<ProjectionStatus> {
    let looking = async {
        loop {
            let statuses = bank.projections().await.unwrap();
            if are(&statuses) {
                return statuses;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(60), looking).await;
    found.unwrap_or_else(|_| panic!("the projections do not become what they should"))
}

pub async fn stopped(bank: &App) -> ProjectionStatus {
    let stopped = |each: &ProjectionStatus| each.state == ProjectionState::Stopped;
    until(bank, |all| all.iter().all(stopped)).await.remove(0)
}
