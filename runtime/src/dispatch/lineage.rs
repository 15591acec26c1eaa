//! Which decisions stand on which.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// All decisions on one aggregate since it was last read from the store: each stands on the events of those before it.
///
/// Once one of them does not become durable, all that came after it are void, and the store cannot know that: another
/// process may have written other events under the very versions that they expect. So the lineage breaks, the committer
/// refuses the rest of it unseen, and the aggregate is read again under a new one.
///
/// Whoever breaks it looks whether anything is pending, and whoever settles the last decision looks whether it is
/// broken: one of the two must see the other, hence `SeqCst` throughout.
#[derive(Debug)]
pub(crate) struct Lineage {
    broken: AtomicBool,
    /// How many of its decisions are on their way through the committer.
    pending: AtomicUsize,
    /// The version up to which it is known to be in the store.
    durable: AtomicU64,
}

impl Lineage {
    /// A lineage that begins at a version that was read from the store.
    pub(crate) fn at(version: u64) -> Self {
        Self {
            broken: AtomicBool::new(false),
            pending: AtomicUsize::new(0),
            durable: AtomicU64::new(version),
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    pub(crate) fn break_off(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    pub(crate) fn begin_one(&self) {
        self.pending.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn end_one(&self) {
        self.pending.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.pending.load(Ordering::SeqCst) == 0
    }

    pub(crate) fn durable(&self) -> u64 {
        self.durable.load(Ordering::SeqCst)
    }

    pub(crate) fn became_durable(&self, version: u64) {
        self.durable.store(version, Ordering::SeqCst);
    }
}
