//! Reading the log without keeping its texts.

use crate::event::Meta;

use super::{StoredEvent, StreamName};

/// An event of the log as it is read: its texts are the reader's, and gone with it.
#[derive(Debug)]
pub struct LogEvent<'a> {
    /// Its place in the log.
    pub position: u64,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: u64,
    /// The stored name.
    pub name: &'a str,
    /// The stored version of its shape.
    pub schema: u32,
    /// The stored JSON.
    pub json: &'a str,
    /// What was stored beside it.
    pub meta: Meta,
}

/// What takes a page of the log, event by event.
pub trait LogTaker: Send {
    /// Forgets what it took: the page is read from its beginning, perhaps again.
    fn begin(&mut self);

    /// Takes the next event.
    fn take(&mut self, event: LogEvent<'_>);
}

/// Keeps all.
impl LogTaker for Vec<StoredEvent> {
    fn begin(&mut self) {
        self.clear();
    }

    fn take(&mut self, event: LogEvent<'_>) {
        self.push(event.keep());
    }
}

impl LogEvent<'_> {
    /// The event with texts of its own.
    #[must_use]
    pub fn keep(self) -> StoredEvent {
        StoredEvent {
            position: self.position,
            stream: self.stream,
            version: self.version,
            name: self.name.to_owned(),
            schema: self.schema,
            json: self.json.to_owned(),
            meta: self.meta,
        }
    }
}

impl StoredEvent {
    /// Lends its texts to somebody who takes the rest.
    pub(crate) fn lend<T>(self, to: impl FnOnce(LogEvent<'_>) -> T) -> T {
        to(LogEvent {
            position: self.position,
            stream: self.stream,
            version: self.version,
            name: &self.name,
            schema: self.schema,
            json: &self.json,
            meta: self.meta,
        })
    }
}
