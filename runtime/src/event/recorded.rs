//! An event with all that the store knows of it.

use uuid::Uuid;

use super::StreamName;
use crate::time::Timestamp;

/// An event as the log holds it: the event, where it stands, and who caused it.
///
/// `Recorded`, without an event in it, is all the rest: what `#[on]` methods take beside the event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded<E = ()> {
    /// The event.
    pub event: E,
    /// Its place in the log of the whole store: 1, 2, 3, without holes, in the order of commits.
    pub position: u64,
    /// Its place in the history of its aggregate: 1, 2, 3, without holes.
    pub version: u64,
    /// What it happened to: `recorded.stream.id()` is the id of the aggregate.
    pub stream: StreamName,
    /// When, why and by whom.
    pub meta: Meta,
}
impl<E> Recorded<E> {
    /// Puts an event beside what the store knows of it, as a store or a test does.
    pub fn new(event: E, stream: StreamName, version: u64, position: u64, meta: Meta) -> Self {
        Self {
            event,
            position,
            version,
            stream,
            meta,
        }
    }
}

/// What is stored beside each event of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The id of the command that the event came from.
    pub command_id: Uuid,
    /// When it was decided, by the app's clock: not necessarily in the order of positions.
    pub time: Timestamp,
    /// What larger piece of work it belongs to: all commands of one request, one transfer, one saga share it.
    pub correlation: Option<String>,
    /// What brought the command about: the id of a message, of an event, of another command.
    pub causation: Option<String>,
    /// Who sent the command.
    pub actor: Option<String>,
}
