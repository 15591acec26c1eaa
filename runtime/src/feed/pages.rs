//! Pages that somebody else may want, too.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::Batch;

/// Those who are further behind than this read for themselves.
const KEPT_BYTES: usize = 16 << 20;

/// A page that is read by one and waited for by all who want it; `None` at the end of the log.
pub(super) type Slot = Arc<OnceCell<Option<Arc<Batch>>>>;

/// The last pages that were read, by the position that they come after.
#[derive(Default)]
pub(super) struct Pages {
    slots: HashMap<u64, Slot>,
    /// Those that are kept, in the order in which they came, with their sizes.
    kept: VecDeque<(u64, usize)>,
    bytes: usize,
}

impl Pages {
    pub(super) fn slot(&mut self, after: u64) -> Slot {
        Arc::clone(self.slots.entry(after).or_default())
    }

    /// A new slot, unless there is one.
    pub(super) fn vacant(&mut self, after: u64) -> Option<Slot> {
        match self.slots.contains_key(&after) {
            true => None,
            false => Some(self.slot(after)),
        }
    }

    /// Keeps a page that was read, and lets old ones go.
    pub(super) fn keep(&mut self, after: u64, batch: &Batch) {
        if self.kept.iter().any(|(kept, _)| *kept == after) || !self.slots.contains_key(&after) {
            return;
        }
        self.kept.push_back((after, batch.bytes));
        self.bytes += batch.bytes;
        while self.bytes > KEPT_BYTES && self.kept.len() > 1 {
            if let Some((oldest, bytes)) = self.kept.pop_front() {
                self.slots.remove(&oldest);
                self.bytes -= bytes;
            }
        }
    }

    /// Lets a slot go in which nothing is.
    pub(super) fn forget(&mut self, after: u64, slot: &Slot) {
        if self
            .slots
            .get(&after)
            .is_some_and(|own| Arc::ptr_eq(own, slot))
        {
            self.slots.remove(&after);
        }
    }
}
