//! Making final what became of a statement whose answer was lost.
//!
//! When a connection is cut, the process of the server that served it may not have noticed: it may still wait for the
//! counter, or have the statement lie unread in a buffer, and commit it after a look at the command ids has found nothing.
//! So it is ended first. What it had committed by then stays; what it had not never will.

use std::time::Duration;

use sqlx::{AssertSqlSafe, PgConnection, Row};
use tokio::time::Instant;

use crate::store::StoreError;

use super::error;
use super::session::{AS_LOGIN, Backend, answered};

const PAUSE: Duration = Duration::from_millis(5);

/// A role may see and end the processes that serve the same role: see [`AS_LOGIN`].
fn sql(backend: &Backend) -> String {
    let Backend { pid, started } = backend;
    format!(
        "{AS_LOGIN} SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid = {pid} AND (extract(epoch FROM backend_start) * 1000000)::bigint = {started};
        ROLLBACK"
    )
}

/// Ends a process of the server, and waits until it is gone. One that is gone already is found to be so at once, also after
/// the server was started anew.
pub(super) async fn end(
    connection: &mut PgConnection,
    backend: &Backend,
    patience: Duration,
) -> Result<(), StoreError> {
    let deadline = Instant::now() + patience;
    loop {
        // Two numbers.
        let query = sqlx::raw_sql(AssertSqlSafe(sql(backend)));
        let rows = answered(patience, query.fetch_all(&mut *connection)).await?;
        if rows.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(StoreError::unavailable(
                "the server does not end what served a connection that is lost",
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits until all that is committed is as safe as the server makes a commit.
///
/// Where standbys must have a commit first, one whose process was ended, or whose server crashed, is seen by all without
/// that they have it. A commit behind it waits for both. It needs no right and no lock, and writes to no table.
pub(super) async fn harden(
    connection: &mut PgConnection,
    patience: Duration,
) -> Result<(), StoreError> {
    let sql = "SELECT CASE WHEN NOT pg_is_in_recovery()
        THEN pg_logical_emit_message(true, 'gesta', ''::text) END IS NULL";
    let row = answered(patience, sqlx::query(sql).fetch_one(connection)).await?;
    if row.try_get(0).map_err(error::of)? {
        // What it does not have may still come.
        return Err(StoreError::unavailable("the server is a standby"));
    }
    Ok(())
}
