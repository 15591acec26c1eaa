//! Filling a page up to its limit.

use std::ops::ControlFlow;

use super::{Page, PageLimit, StoredEvent};

/// A page that is being filled.
pub(super) struct PageBuilder {
    limit: PageLimit,
    bytes: usize,
    page: Page,
}

impl PageBuilder {
    pub(super) fn new(limit: PageLimit) -> Self {
        let page = Page {
            events: Vec::new(),
            more: false,
        };
        Self {
            limit,
            bytes: 0,
            page,
        }
    }

    /// Takes an event with so many bytes of JSON, or ends the page because it is full and there is this event more.
    pub(super) fn push(
        &mut self,
        bytes: usize,
        event: impl FnOnce() -> StoredEvent,
    ) -> ControlFlow<()> {
        if self.is_full() {
            self.page.more = true;
            return ControlFlow::Break(());
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.page.events.push(event());
        ControlFlow::Continue(())
    }

    /// Whether the limit is reached. A page without events is never full.
    fn is_full(&self) -> bool {
        let events = self.page.events.len();
        events > 0
            && (self.bytes >= self.limit.bytes
                || u32::try_from(events).is_ok_and(|events| events >= self.limit.events))
    }

    pub(super) fn finish(self) -> Page {
        self.page
    }
}
