//! The log that a projection or a saga is given.

use super::VirtualClock;
use super::given::command_id;
use super::stored::Stored;
use crate::aggregate::Aggregate;
use crate::event::Meta;
use crate::feed::{Batch, Decoders};
use crate::source::decode_of;
use crate::store::{StoredEvent, StreamName};
use crate::time::Clock;

/// What happened, and what is said of what happens next.
#[derive(Default)]
pub(super) struct Past {
    log: Vec<StoredEvent>,
    decoders: Decoders,
    commands: u64,
    pub(super) clock: VirtualClock,
    pub(super) actor: Option<String>,
    pub(super) correlation: Option<String>,
}

impl Past {
    /// Adds what came of one command.
    pub(super) fn add<A: Aggregate>(
        &mut self,
        id: &str,
        events: Vec<Stored>,
    ) -> Result<(), String> {
        let stream = StreamName::new(A::NAME, id);
        let stream = stream.map_err(|error| format!("the id cannot be stored: {error}"))?;
        self.decoders.add_aggregate(A::NAME, decode_of::<A>());
        self.commands += 1;
        for event in events {
            event.decode::<A::Event>()?;
            self.append(&stream, event);
        }
        Ok(())
    }

    fn append(&mut self, stream: &StreamName, event: Stored) {
        let mut of_stream = self.log.iter().rev().filter(|each| each.stream == *stream);
        let version = of_stream.next().map_or(0, |last| last.version) + 1;
        self.log.push(StoredEvent {
            position: self.last() + 1,
            stream: stream.clone(),
            version,
            name: event.name.to_owned(),
            schema: event.version,
            json: event.json,
            meta: Meta {
                command_id: command_id(self.commands),
                time: self.clock.now(),
                correlation: self.correlation.clone(),
                causation: None,
                actor: self.actor.clone(),
            },
        });
    }

    fn last(&self) -> u64 {
        self.log.last().map_or(0, |last| last.position)
    }

    /// Forgets the event at this position and all behind it.
    pub(super) fn end_before(&mut self, position: u64) {
        self.log.retain(|event| event.position < position);
    }

    /// All of it, as a projection or a saga gets it.
    pub(super) fn batch(&self) -> Batch {
        Batch {
            events: self.decoders.decode(self.log.clone()),
            last: self.last(),
            more: false,
            bytes: 0,
        }
    }

    /// A line for what happened to one aggregate before something happened to another.
    pub(super) fn lines(&self) -> String {
        let of_one = self.log.chunk_by(|one, next| one.stream == next.stream);
        let lines: Vec<_> = of_one.map(line).collect();
        match lines.is_empty() {
            true => "no events".to_owned(),
            false => lines.join("\n            "),
        }
    }
}

fn line(events: &[StoredEvent]) -> String {
    let stream = events.first().map_or("", |first| first.stream.as_str());
    let events = events.iter();
    let events = events.map(|event| format!("{} {}", event.position, event.name));
    format!("{stream}: {}", events.collect::<Vec<_>>().join(", "))
}
