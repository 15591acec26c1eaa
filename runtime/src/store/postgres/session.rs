//! A connection of the store's own.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row};
use tokio::time::Instant;

use crate::store::StoreError;

use super::error;

/// How long the first pause between two attempts is; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Begins a transaction, to be rolled back, in the name of the role that logged in, whose the connection is. A login may
/// be set to stand for another role, which need not have any right on the connections that serve it.
pub(super) const AS_LOGIN: &str = "BEGIN; SET LOCAL ROLE NONE;";

/// A connection, and who serves it.
pub(super) struct Session {
    pub(super) connection: PgConnection,
    pub(super) backend: Backend,
}

/// A process of the server. Its number may be given to another one later, hence the time.
#[derive(Debug, Clone)]
pub(super) struct Backend {
    pub(super) pid: i32,
    /// In microseconds.
    pub(super) started: i64,
}

/// How our connections are set.
///
/// The plans of our statements are always by index, and made once: a plan that was made while a table was nearly empty
/// would read all of it later. With `jit` the server compiles for a quarter of a second what runs for a millisecond.
/// Nothing of ours stays open in a transaction, unless this process is stopped in the middle of one; then the server
/// must free the counter for others.
fn settings(patience: Duration) -> String {
    let wait = patience.as_millis();
    format!(
        "SET jit = off; SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET default_transaction_isolation = 'read committed'; SET default_transaction_deferrable = off;
        SET lock_timeout = {wait}; SET idle_in_transaction_session_timeout = {wait};
        SET idle_session_timeout = 0; SET statement_timeout = 0;
        SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
    )
}

/// Waits for an answer of the server for twice as long as the server itself waits for a lock.
pub(super) async fn answered<T>(
    patience: Duration,
    call: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    in_time(patience, call).await?.map_err(error::of)
}

/// The same, for those who look at the error.
pub(super) async fn in_time<T>(
    patience: Duration,
    call: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<Result<T, sqlx::Error>, StoreError> {
    let done = tokio::time::timeout(patience * 2, call).await;
    done.map_err(|_| StoreError::unavailable("the server does not answer"))
}

/// What is left of the time in which something is tried again and again.
pub(super) struct Patience {
    end: Instant,
    pause: Duration,
}

impl Patience {
    pub(super) fn new(patience: Duration) -> Self {
        let (end, pause) = (Instant::now() + patience, FIRST_PAUSE);
        Self { end, pause }
    }

    /// Waits until the next attempt; `false`, and at once, if there is no time for one.
    pub(super) async fn pause(&mut self) -> bool {
        let next = Instant::now() + self.pause;
        if next >= self.end {
            return false;
        }
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        tokio::time::sleep_until(next).await;
        true
    }
}

impl Session {
    /// Connects; again and again for as long as the server cannot be reached and patience lasts.
    pub(super) async fn connect(
        options: &PgConnectOptions,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        let mut lasting = Patience::new(patience);
        loop {
            let attempt = Self::connect_once(options, patience);
            let attempt = tokio::time::timeout_at(lasting.end, attempt);
            let error = match attempt.await {
                Ok(Ok(session)) => return Ok(session),
                Ok(Err(error)) => error,
                Err(_) => StoreError::unavailable("the server cannot be reached in time"),
            };
            if !matches!(error, StoreError::Unavailable(_)) || !lasting.pause().await {
                return Err(error);
            }
        }
    }

    async fn connect_once(
        options: &PgConnectOptions,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        let mut connection = options.connect().await.map_err(error::of)?;
        set(&mut connection, patience).await.map_err(error::of)?;
        let sql = format!(
            "{AS_LOGIN} SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint
                FROM pg_stat_activity WHERE pid = pg_backend_pid();
            ROLLBACK"
        );
        let row = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_one(&mut connection)
            .await
            .map_err(error::of)?;
        let backend = Backend {
            pid: row.try_get(0).map_err(error::of)?,
            started: row.try_get(1).map_err(error::of)?,
        };
        Ok(Self {
            connection,
            backend,
        })
    }
}

async fn set(connection: &mut PgConnection, patience: Duration) -> Result<(), sqlx::Error> {
    // Constants and one number.
    let sql = AssertSqlSafe(settings(patience));
    sqlx::raw_sql(sql).execute(connection).await.map(|_| ())
}
