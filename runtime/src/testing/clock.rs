//! Time and ids that a test holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use uuid::Uuid;

use crate::time::{Clock, Ids, Timestamp};

/// A clock that stands still until the test moves it. Clones share the time.
///
/// ```
/// use std::time::Duration;
/// use gesta::Clock;
/// use gesta::testing::VirtualClock;
///
/// let clock = VirtualClock::default();
/// assert_eq!(clock.now().to_string(), "2000-01-01T00:00:00Z");
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now().to_string(), "2000-01-01T00:01:30Z");
/// ```
#[derive(Debug, Clone)]
pub struct VirtualClock {
    micros: Arc<AtomicI64>,
}

impl VirtualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self {
            micros: Arc::new(AtomicI64::new(time.as_micros())),
        }
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, time: Timestamp) {
        self.micros.store(time.as_micros(), Ordering::SeqCst);
    }

    /// Moves the clock forwards. It stops at the last time that a [`Timestamp`] can hold.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        // Not `fetch_add`, which would wrap around; the closure always gives `Some`, so the result says nothing.
        let _ = self
            .micros
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
                Some(now.saturating_add(by))
            });
    }
}

impl Default for VirtualClock {
    /// A clock that shows 2000-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at(Timestamp::from_micros(946_684_800_000_000))
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}

/// Ids that count: 1, 2, 3, written as UUIDs. Clones go on with one count.
///
/// Every source begins at 1, so two apps on one store, or one that is opened again, must share a source: an id that
/// comes twice for one aggregate is answered with [`CommandIdReused`](crate::SendError::CommandIdReused).
///
/// ```
/// use gesta::Ids;
/// use gesta::testing::SequentialIds;
///
/// let ids = SequentialIds::default();
/// assert_eq!(ids.next(), SequentialIds::nth(1));
/// assert_eq!(ids.next().to_string(), "00000000-0000-0000-0000-000000000002");
/// ```
#[derive(Debug, Clone, Default)]
pub struct SequentialIds {
    handed_out: Arc<AtomicU64>,
}

impl SequentialIds {
    /// The id that is handed out as the `n`th, counted from 1.
    #[must_use]
    pub const fn nth(n: u64) -> Uuid {
        Uuid::from_u64_pair(0, n)
    }
}

impl Ids for SequentialIds {
    fn next(&self) -> Uuid {
        Self::nth(self.handed_out.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_reaches_its_end_stays_there() {
        let clock = VirtualClock::default();
        clock.advance(Duration::MAX);
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_micros(i64::MAX));
    }

    #[test]
    fn clones_share_time_and_count() {
        let (clock, ids) = (VirtualClock::default(), SequentialIds::default());
        clock.clone().set(Timestamp::from_micros(7));
        assert_eq!(clock.now(), Timestamp::from_micros(7));
        assert_eq!(ids.clone().next(), SequentialIds::nth(1));
        assert_eq!(ids.next(), SequentialIds::nth(2));
    }
}
