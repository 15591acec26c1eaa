//! The time that deadlines are kept by: the store's, so that it is one for all processes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::store::StoreError;
use crate::store::views::ViewStore;
use crate::time::{Clock, Timestamp};

/// A comparison that takes no longer is good enough; else it is made so often.
const CLOSE: Duration = Duration::from_millis(20);
const TRIES: usize = 5;

pub(crate) struct StoreClock {
    clock: Arc<dyn Clock>,
    /// Not where a test holds the clock.
    follows_store: bool,
    /// By how many microseconds the store's clock is ahead.
    ahead: AtomicI64,
}

impl StoreClock {
    pub(crate) fn new(clock: Arc<dyn Clock>, follows_store: bool) -> Self {
        Self {
            clock,
            follows_store,
            ahead: AtomicI64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.by_store(self.clock.now())
    }

    /// A time by the app's clock, as the store tells it.
    pub(crate) fn by_store(&self, time: Timestamp) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Acquire);
        Timestamp::from_micros(time.as_micros().saturating_add(ahead))
    }

    /// Compares the clocks. The answer was on its way for half of the time that it took: it is wrong by no more than that.
    pub(crate) async fn set(&self, views: &dyn ViewStore) -> Result<(), StoreError> {
        if !self.follows_store {
            return Ok(());
        }
        for _ in 0..TRIES {
            let before = self.clock.now();
            let Some(time) = views.now().await? else {
                return Ok(());
            };
            let after = self.clock.now();
            let middle = before.as_micros().midpoint(after.as_micros());
            let ahead = time.as_micros().saturating_sub(middle);
            self.ahead.store(ahead, Ordering::Release);
            if after.duration_since(before) <= CLOSE {
                break;
            }
        }
        Ok(())
    }
}
