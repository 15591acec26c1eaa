//! Filling a page up to its limit.

use std::ops::ControlFlow;

use super::{Page, PageLimit, StoredEvent};

/// What there is room for in a page.
pub(super) struct Room {
    limit: PageLimit,
    events: usize,
    bytes: usize,
    /// Whether there was an event that there was no room for.
    pub(super) more: bool,
}

impl Room {
    pub(super) fn new(limit: PageLimit) -> Self {
        Self {
            limit,
            events: 0,
            bytes: 0,
            more: false,
        }
    }

    /// Makes room for an event with so many bytes of JSON, or ends the page because it is full and there is this event more.
    pub(super) fn take(&mut self, bytes: usize) -> ControlFlow<()> {
        if self.is_full() {
            self.more = true;
            return ControlFlow::Break(());
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.events += 1;
        ControlFlow::Continue(())
    }

    /// Whether the limit is reached. A page without events is never full.
    fn is_full(&self) -> bool {
        self.events > 0
            && (self.bytes >= self.limit.bytes
                || u32::try_from(self.events).is_ok_and(|events| events >= self.limit.events))
    }
}

/// A page that is being filled.
pub(super) struct PageBuilder {
    room: Room,
    events: Vec<StoredEvent>,
}

impl PageBuilder {
    pub(super) fn new(limit: PageLimit) -> Self {
        Self {
            room: Room::new(limit),
            events: Vec::new(),
        }
    }

    /// Takes an event with so many bytes of JSON, or ends the page because it is full and there is this event more.
    pub(super) fn push(
        &mut self,
        bytes: usize,
        event: impl FnOnce() -> StoredEvent,
    ) -> ControlFlow<()> {
        self.room.take(bytes)?;
        self.events.push(event());
        ControlFlow::Continue(())
    }

    pub(super) fn finish(self) -> Page {
        Page {
            events: self.events,
            more: self.room.more,
        }
    }
}
