//! A page, decoded while it is read.

use super::{Batch, Decoders, Delivery, FeedError};
use crate::store::{LogEvent, LogTaker};

/// What an event takes of the memory beside its JSON, about.
const BESIDE: usize = 256;

pub(super) struct Reading<'a> {
    decoders: &'a Decoders,
    after: u64,
    events: Vec<Delivery>,
    last: u64,
    /// The position that comes behind the first hole.
    gap: Option<u64>,
    bytes: usize,
}

impl<'a> Reading<'a> {
    pub(super) fn new(decoders: &'a Decoders, after: u64) -> Self {
        Self {
            decoders,
            after,
            events: Vec::new(),
            last: after,
            gap: None,
            bytes: 0,
        }
    }

    /// `None` if there is no event.
    pub(super) fn finish(self, more: bool) -> Result<Option<Batch>, FeedError> {
        match self.gap {
            Some(to) if self.events.is_empty() => Err(FeedError::Gap {
                from: self.last,
                to,
            }),
            None if self.events.is_empty() => Ok(None),
            // What is before the hole is true all the same.
            gap => Ok(Some(Batch {
                events: self.events,
                last: self.last,
                more: more || gap.is_some(),
                bytes: self.bytes,
            })),
        }
    }
}

impl LogTaker for Reading<'_> {
    fn begin(&mut self) {
        *self = Self::new(self.decoders, self.after);
    }

    fn take(&mut self, event: LogEvent<'_>) {
        if self.gap.is_some() {
            return;
        }
        if self.last.checked_add(1) != Some(event.position) {
            self.gap = Some(event.position);
            return;
        }
        self.last = event.position;
        self.bytes += event.json.len() + BESIDE;
        self.events.push(self.decoders.one(event));
    }
}
