//! Asking where the tables of a projection are.

use std::sync::Arc;

use super::{App, ViewError};
use crate::projection::{Tables, asked};
use crate::store::StoreError;
use crate::store::tables::{TABLES, table};
use crate::store::views::{Which, unsupported};

impl App {
    /// What a table of a projection is called in the generation that answers questions: `balances_7` for `balances`.
    ///
    /// Ask for it before each query: once a rebuild or a newer version takes over, it is another one. The old table is there
    /// for the time of a lease, at least.
    ///
    /// The projection need not be registered with this app; some app must fold it. Dropping the future is safe.
    ///
    /// ```no_run
    /// # use gesta::{App, Tables};
    /// # async fn example<Balances: Tables>(bank: &App, pool: &sqlx::SqlitePool) -> Result<(), Box<dyn std::error::Error>> {
    /// let balances = bank.table::<Balances>("balances").await?;
    /// let sum = format!("SELECT sum(cents) FROM {balances}");
    /// let sum: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sum)).fetch_one(pool).await?;
    /// # let _ = sum; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ViewError::Building`] until the first generation is built, [`ViewError::InvalidTable`] if the name cannot be one,
    /// and what the store says.
    pub async fn table<P: Tables>(&self, name: &str) -> Result<String, ViewError> {
        let store = Arc::clone(&self.core.store);
        // In a task of its own: whoever drops the future does not stop SQL half way.
        let asking = self.core.runtime.spawn(async move {
            let views = store.views().ok_or_else(unsupported)?;
            views.generations().await
        });
        let generations = asking
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))?;
        let which = Which {
            projection: P::NAME.to_owned(),
            version: P::VERSION,
        };
        let found = asked(&generations, &which).filter(|found| found.declaration.indexes == TABLES);
        let found = found.ok_or(ViewError::Building {
            projection: P::NAME,
        })?;
        Ok(table(name, found.id)?)
    }
}
