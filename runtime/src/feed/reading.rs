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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::Meta;
    use crate::store::StreamName;
    use crate::time::Timestamp;

    fn take(reading: &mut Reading<'_>, position: u64) {
        reading.take(LogEvent {
            position,
            stream: StreamName::new("Thing", "a").unwrap(),
            version: position,
            name: "Happened",
            schema: 1,
            json: "{}",
            meta: Meta {
                command_id: Uuid::nil(),
                time: Timestamp::from_micros(0),
                correlation: None,
                causation: None,
                actor: None,
            },
        });
    }

    fn positions(batch: &Batch) -> Vec<u64> {
        let events = batch.events.iter();
        events.map(|each| each.recorded.position).collect()
    }

    #[test]
    fn a_page_that_is_read_again_holds_each_event_once() {
        let decoders = Decoders::default();
        let mut reading = Reading::new(&decoders, 4);
        reading.begin();
        take(&mut reading, 5);
        reading.begin();
        take(&mut reading, 5);
        take(&mut reading, 6);
        let batch = reading.finish(false).unwrap().unwrap();
        assert_eq!((positions(&batch), batch.last), (vec![5, 6], 6));
        assert!(!batch.more);
    }

    #[test]
    fn what_is_before_a_hole_is_read_and_then_it_stops() {
        let decoders = Decoders::default();
        let mut reading = Reading::new(&decoders, 4);
        for position in [5, 7, 8] {
            take(&mut reading, position);
        }
        let batch = reading.finish(false).unwrap().unwrap();
        assert_eq!((positions(&batch), batch.last), (vec![5], 5));
        assert!(batch.more, "the hole is behind it");

        let mut reading = Reading::new(&decoders, 5);
        take(&mut reading, 7);
        let gap = reading.finish(false).unwrap_err();
        assert!(matches!(gap, FeedError::Gap { from: 5, to: 7 }));
    }
}
