//! When which saga has to be looked after.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::time::Timestamp;

/// So many are kept; the rest is found in the store when its time comes near.
const KEPT: usize = 100_000;

/// The deadlines of the sagas of one type, the next first: one of each saga.
#[derive(Default)]
pub(crate) struct Timers {
    due: Mutex<Due>,
    changed: Notify,
}

#[derive(Default)]
struct Due {
    by_time: BTreeSet<(Timestamp, String)>,
    by_saga: HashMap<String, Timestamp>,
}

impl Timers {
    /// Says when a saga has to be looked after next, if it has.
    pub(crate) fn schedule(&self, id: &str, due: Option<Timestamp>) {
        let mut all = self.due();
        if let Some(before) = all.by_saga.remove(id) {
            all.by_time.remove(&(before, id.to_owned()));
        }
        let Some(due) = due else {
            return;
        };
        let is_next = all.by_time.first().is_none_or(|(first, _)| due < *first);
        if all.by_saga.len() >= KEPT {
            let Some((last, saga)) = all.by_time.pop_last() else {
                return;
            };
            if last <= due {
                all.by_time.insert((last, saga));
                return;
            }
            all.by_saga.remove(&saga);
        }
        all.by_saga.insert(id.to_owned(), due);
        all.by_time.insert((due, id.to_owned()));
        drop(all);
        if is_next {
            self.changed.notify_one();
        }
    }

    /// Has a saga looked after whose deadline was found in the store, unless it is known here.
    pub(crate) fn look_at(&self, id: &str, now: Timestamp) {
        let is_known = self.due().by_saga.contains_key(id);
        if !is_known {
            self.schedule(id, Some(now));
        }
    }

    /// A saga whose time has come, if there is one; it is forgotten here.
    pub(crate) fn pop(&self, now: Timestamp) -> Option<String> {
        let mut all = self.due();
        let is_due = all.by_time.first().is_some_and(|(first, _)| *first <= now);
        let (_, id) = is_due.then(|| all.by_time.pop_first()).flatten()?;
        all.by_saga.remove(&id);
        Some(id)
    }

    /// The next deadline.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due().by_time.first().map(|(due, _)| *due)
    }

    /// Waits until there is one that comes before all others.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Forgets all: another process looks after them.
    pub(crate) fn clear(&self) {
        *self.due() = Due::default();
    }

    fn due(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
