//! Those who wait for sagas to come somewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Who waits for which saga of one type.
#[derive(Default)]
pub(crate) struct Watch(Mutex<HashMap<String, Arc<Notify>>>);

impl Watch {
    /// Something happened to a saga.
    pub(crate) fn tell(&self, id: &str) {
        if let Some(waiting) = self.all().get(id) {
            waiting.notify_waiters();
        }
    }

    /// Is told of a saga until it is dropped.
    pub(crate) fn on(&self, id: &str) -> Watcher<'_> {
        let moved = Arc::clone(self.all().entry(id.to_owned()).or_default());
        Watcher {
            watch: self,
            id: id.to_owned(),
            moved,
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits.
pub(crate) struct Watcher<'a> {
    watch: &'a Watch,
    id: String,
    pub(crate) moved: Arc<Notify>,
}

impl Drop for Watcher<'_> {
    fn drop(&mut self) {
        let mut all = self.watch.all();
        // The map has one, and this: nobody else comes by one without the lock.
        if Arc::strong_count(&self.moved) == 2 {
            all.remove(&self.id);
        }
    }
}
