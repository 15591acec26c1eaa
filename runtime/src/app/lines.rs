//! A log as lines of JSON.
//!
//! ```text
//! {"gesta":"log","format":1}
//! {"commit":{"position":1,"stream":"Account/alice","version":1,"command_id":"..","time":0,"events":[..]}}
//! {"end":{"position":1,"commits":1}}
//! ```

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event::Meta;
use crate::store::{CommandKey, Commit, NewEvent, StoredEvent, StreamName};
use crate::time::Timestamp;

/// The first line.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
pub(super) struct Header {
    gesta: String,
    format: u32,
}

impl Header {
    /// That of the lines that this code writes and reads.
    pub(super) fn ours() -> Self {
        Self {
            gesta: "log".to_owned(),
            format: 1,
        }
    }
}

/// Any other line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line {
    Commit(Entry),
    End(End),
}

/// The last line, without which some are missing.
#[derive(Serialize, Deserialize, PartialEq, Eq, Default, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    /// Of the last event.
    pub(super) position: u64,
    /// How many lines of commits there are.
    pub(super) commits: u64,
}

/// A commit: one line, so that what was written together is imported together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Of the first event.
    pub(super) position: u64,
    stream: String,
    /// Of the first event.
    version: u64,
    command_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<i64>,
    time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    causation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    events: Vec<Stored>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    name: String,
    schema: u32,
    /// A text within the text: only so is it the same to the byte, line feeds and lone surrogates included.
    json: String,
}

impl From<StoredEvent> for Entry {
    /// What a commit begins with.
    fn from(first: StoredEvent) -> Self {
        Self {
            position: first.position,
            stream: first.stream.as_str().to_owned(),
            version: first.version,
            command_id: first.meta.command_id,
            digest: None,
            time: first.meta.time,
            correlation: first.meta.correlation,
            causation: first.meta.causation,
            actor: first.meta.actor,
            events: vec![Stored {
                name: first.name,
                schema: first.schema,
                json: first.json,
            }],
        }
    }
}

impl Entry {
    /// Whether the next event of the log is of this commit.
    pub(super) fn goes_on_with(&self, event: &StoredEvent) -> bool {
        event.meta.command_id == self.command_id && event.stream.as_str() == self.stream
    }

    pub(super) fn push(&mut self, event: StoredEvent) {
        self.events.push(Stored {
            name: event.name,
            schema: event.schema,
            json: event.json,
        });
    }

    pub(super) fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// `None` if the stream is none that a store can keep.
    pub(super) fn key(&self) -> Option<CommandKey> {
        let stream = StreamName::parse(&self.stream).ok()?;
        let command_id = self.command_id;
        Some(CommandKey { command_id, stream })
    }

    /// The commit that it was; `None` if it cannot have been one.
    pub(super) fn into_commit(self) -> Option<Commit> {
        let is_json = |event: &Stored| serde_json::from_str::<IgnoredAny>(&event.json).is_ok();
        if self.events.is_empty() || !self.events.iter().all(is_json) {
            return None;
        }
        let CommandKey { command_id, stream } = self.key()?;
        let events = self.events.into_iter().map(|event| NewEvent {
            name: event.name.into(),
            schema: event.schema,
            json: event.json,
        });
        Some(Commit {
            stream,
            expected: self.version.checked_sub(1)?,
            digest: self.digest,
            events: events.collect(),
            meta: Meta {
                command_id,
                time: self.time,
                correlation: self.correlation,
                causation: self.causation,
                actor: self.actor,
            },
            snapshot: None,
        })
    }
}
