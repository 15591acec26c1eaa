//! Hints that a log has grown.

use std::fmt;
use std::future::pending;
use std::sync::Arc;

use tokio::sync::watch;

/// Tells a reader when to look at the log again.
///
/// A hint is a reason to look and nothing more: it may come for nothing, and it may get lost. A reader that wants to miss
/// nothing also looks now and then without one.
#[derive(Debug, Clone)]
pub struct Hints(Option<watch::Receiver<()>>);

impl Hints {
    /// Hints that never come, for a store that gives none.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Waits for an append.
    ///
    /// Those since the last call count, or since the store was asked for hints: what is appended between a look at the log
    /// and this call is hinted at. Dropping the future loses nothing.
    pub async fn next(&mut self) {
        if let Some(hints) = &mut self.0
            && hints.changed().await.is_ok()
        {
            return;
        }
        // Nobody is left who could give one.
        pending().await
    }
}

/// The end at which a store gives hints. Clones give them to the same readers.
#[derive(Clone)]
pub struct Hinter(Arc<watch::Sender<()>>);

impl Default for Hinter {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

impl Hinter {
    /// Hints for one more reader, of what is appended from now on.
    #[must_use]
    pub fn hints(&self) -> Hints {
        Hints(Some(self.0.subscribe()))
    }

    /// Says that something was appended, once it is durable.
    pub fn hint(&self) {
        self.0.send_replace(());
    }
}

impl fmt::Debug for Hinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hinter").finish_non_exhaustive()
    }
}
