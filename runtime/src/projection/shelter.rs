//! Tasks that outlive a panic.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::dispatch::caught;
use crate::store::StoreError;

/// Takes a panic of the store for an error: the task that asked must outlive it, or nobody folds any more.
pub(crate) async fn sheltered<T, E: From<StoreError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut work = pin!(work);
    poll_fn(|cx| match caught(|| work.as_mut().poll(cx)) {
        Ok(poll) => poll,
        Err(message) => Poll::Ready(Err(StoreError::failed(format!(
            "the store panicked: {message}"
        ))
        .into())),
    })
    .await
}
