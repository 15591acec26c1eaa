//! Code of the user's that runs in a transaction of ours.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

use crate::dispatch;
use crate::store::tables::{SqlError, SqlFuture};

/// What it says; an error if it takes longer, or panics.
pub(super) async fn in_time(limit: Duration, run: SqlFuture<'_>) -> Result<(), SqlError> {
    let done = timeout(limit, to_end(run)).await;
    done.unwrap_or_else(|_| Err(format!("it did not end in {} s", limit.as_secs()).into()))
}

/// What it says; an error if it panics.
pub(super) async fn to_end(mut run: SqlFuture<'_>) -> Result<(), SqlError> {
    poll_fn(|context| match caught(|| run.as_mut().poll(context)) {
        Ok(done) => done,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// Runs code that may panic.
pub(super) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, SqlError> {
    dispatch::caught(run).map_err(|panic| format!("the code panicked: {panic}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(run: SqlFuture<'_>) -> String {
        let done = in_time(Duration::from_secs(10), run).await;
        done.unwrap_err().to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_ends_is_given_up() {
        assert_eq!(
            said(Box::pin(std::future::pending())).await,
            "it did not end in 10 s"
        );
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let panics = async {
            tokio::task::yield_now().await;
            panic!("no")
        };
        assert_eq!(said(Box::pin(panics)).await, "the code panicked: no");
    }
}
