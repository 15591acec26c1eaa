//! How many commands may be under way, and the end of taking any.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// What bounds the memory that an app takes.
///
/// ```
/// let mut limits = gesta::Limits::default();
/// limits.cached_aggregates = 100_000;
/// # let _ = gesta::App::builder().limits(limits);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many commands may be under way in the app; one more is [`Overloaded`](crate::SendError::Overloaded).
    pub commands: usize,
    /// How many commands may wait for one aggregate that is being read; one more is
    /// [`Overloaded`](crate::SendError::Overloaded).
    pub mailbox: usize,
    /// How many aggregates of each type are kept in memory; the least recently used go first.
    pub cached_aggregates: usize,
    /// How many bytes of JSON one event may have; one byte more is [`TooLarge`](crate::SendError::TooLarge). A snapshot
    /// that has more is not kept, and all events of one command may have 16 times as many together.
    pub event_bytes: usize,
    /// How many times another process may be faster than a command; the last of them is
    /// [`Conflict`](crate::SendError::Conflict).
    pub attempts: u32,
}

impl Default for Limits {
    /// 32,768 commands, 4,096 in a mailbox, 10,000 aggregates, 1 MiB, 16 attempts.
    fn default() -> Self {
        Self {
            commands: 32_768,
            mailbox: 4_096,
            cached_aggregates: 10_000,
            event_bytes: 1 << 20,
            attempts: 16,
        }
    }
}

/// The top bit of the count: set once, when no more commands are taken.
const CLOSED: usize = 1 << (usize::BITS - 1);

/// Counts the commands that are under way.
///
/// Every queue between a caller and the store holds only commands that were admitted, so this one bound bounds them all.
#[derive(Debug)]
pub(crate) struct Admission {
    limit: usize,
    /// How many, and whether it is closed: in one word, so that no command slips in behind the last one.
    count: AtomicUsize,
    idle: Notify,
}

/// Why a command is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Full,
    Closed,
}

/// One command under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Admission>);

impl Admission {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        let limit = limit.clamp(1, CLOSED - 1);
        Arc::new(Self {
            limit,
            count: AtomicUsize::new(0),
            idle: Notify::new(),
        })
    }

    pub(crate) fn admit(self: &Arc<Self>) -> Result<Permit, Refusal> {
        let before = self.count.fetch_add(1, Ordering::AcqRel);
        let permit = Permit(Arc::clone(self));
        if before & CLOSED != 0 {
            Err(Refusal::Closed)
        } else if before >= self.limit {
            Err(Refusal::Full)
        } else {
            Ok(permit)
        }
    }

    /// Admits nothing from now on.
    pub(crate) fn close(&self) {
        self.count.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// Waits until nothing is under way; only of use once it is closed.
    pub(crate) async fn idle(&self) {
        loop {
            let notified = self.idle.notified();
            tokio::pin!(notified);
            // Registered before the count is read, so that a permit dropped in between is not missed.
            notified.as_mut().enable();
            if self.count.load(Ordering::Acquire) & !CLOSED == 0 {
                return;
            }
            notified.await;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let before = self.0.count.fetch_sub(1, Ordering::AcqRel);
        if before == CLOSED + 1 {
            self.0.idle.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_and_a_dropped_permit_makes_room() {
        let admission = Admission::new(2);
        let first = admission.admit().unwrap();
        let _second = admission.admit().unwrap();
        assert_eq!(admission.admit().unwrap_err(), Refusal::Full);
        drop(first);
        assert!(admission.admit().is_ok());
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_under_way_and_takes_no_more() {
        let admission = Admission::new(2);
        let permit = admission.admit().unwrap();
        admission.close();
        assert_eq!(admission.admit().unwrap_err(), Refusal::Closed);
        let waiting = tokio::spawn({
            let admission = Arc::clone(&admission);
            async move { admission.idle().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(permit);
        waiting.await.unwrap();
    }
}
