//! Pages that somebody else may want, too.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::Batch;

/// Those who are further behind than this read for themselves.
const KEPT_BYTES: usize = 16 << 20;

/// A page that is read by one and waited for by all who want it; `None` at the end of the log.
pub(super) type Slot = Arc<OnceCell<Option<Arc<Batch>>>>;

/// What there is behind a position.
pub(super) enum Next {
    /// Nothing: a new slot.
    Vacant(Slot),
    /// A page that ends here, and is not the last.
    Read(u64),
    /// A page that is being read.
    UnderWay,
    /// The last page.
    End,
}

/// The last pages that were read, by the position that they come after.
#[derive(Default)]
pub(super) struct Pages {
    slots: HashMap<u64, Slot>,
    /// Those that are kept, in the order in which they came, with their sizes.
    kept: VecDeque<(u64, usize)>,
    bytes: usize,
    /// The highest position that was read.
    newest: u64,
}

impl Pages {
    pub(super) fn slot(&mut self, after: u64) -> Slot {
        if self.is_short(after) {
            self.let_go(after);
        }
        Arc::clone(self.slots.entry(after).or_default())
    }

    /// Whether the page ended where the log did, and the log has grown since: there is more to be read at once by now.
    fn is_short(&self, after: u64) -> bool {
        let slot = self.slots.get(&after).and_then(|slot| slot.get());
        let batch = slot.and_then(Option::as_ref);
        batch.is_some_and(|batch| !batch.more && batch.last < self.newest)
    }

    fn let_go(&mut self, after: u64) {
        self.slots.remove(&after);
        if let Some(index) = self.kept.iter().position(|(kept, _)| *kept == after)
            && let Some((_, bytes)) = self.kept.remove(index)
        {
            self.bytes -= bytes;
        }
    }

    /// What there is behind a position.
    pub(super) fn next(&mut self, after: u64) -> Next {
        match self.slots.get(&after).map(|slot| slot.get()) {
            None => Next::Vacant(self.slot(after)),
            Some(Some(Some(batch))) if batch.more => Next::Read(batch.last),
            Some(Some(_)) => Next::End,
            Some(None) => Next::UnderWay,
        }
    }

    /// Keeps a page that was read, and lets old ones go.
    pub(super) fn keep(&mut self, after: u64, batch: &Batch) {
        self.newest = self.newest.max(batch.last);
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
