//! Where events are kept: one small trait, its types, and the stores that implement it.

mod error;
mod hints;
mod memory;
mod open;
mod page;
#[cfg(feature = "postgres")]
mod postgres;
mod scan;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
pub mod tables;
pub mod views;
mod walk;

use std::any::Any;
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;

use crate::event::Meta;
pub(crate) use crate::event::check_text;
pub use crate::event::{InvalidId, MAX_TEXT_BYTES, StreamName};

pub use error::StoreError;
pub use hints::{Hinter, Hints};
pub use memory::MemoryStore;
pub use open::{IntoStore, StoreSource};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresBuilder, PostgresStore};
pub use scan::{LogEvent, LogTaker};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteBuilder, SqliteStore};

/// What a store's methods return: a future that borrows the store and its arguments.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A log of events in streams, with command ids and snapshots.
///
/// Implement it to bring a store of your own, and run [`gesta::testing::store`](crate::testing::store) against it:
/// it tests what these methods promise, but for what happens when an append fails or the store is closed.
///
/// Gesta calls a store only from tasks that nobody cancels, and [`append`](Store::append) from one task at a time in
/// each process; other processes may append to the same store at the same moment.
pub trait Store: Any + Send + Sync {
    /// Writes the commits in one transaction, in order, and says what became of each.
    ///
    /// A commit that cannot be written never fails its neighbours. The first of these that fits decides:
    /// - the command id is recorded for this stream already → [`Outcome::Known`], nothing is written;
    /// - the stream's version is not [`Commit::expected`], or an earlier commit *of the same stream in this batch*
    ///   was refused, or was known and holds events → [`Outcome::Refused`], nothing is written (it was decided on
    ///   events that are not in the stream, even where its number fits);
    /// - else → [`Outcome::Written`]: the events take the next versions of the stream and the next positions of the
    ///   log, both without holes; the command id is recorded, also if there are no events; the snapshot, if any,
    ///   replaces the stream's older one.
    ///
    /// `Ok` means that all that was written survives what the store says it survives.
    ///
    /// # Errors
    /// `Err` says nothing about whether the batch was written; [`lookup`](Store::lookup) tells. A log has no positions
    /// beyond 2^63 - 1: a batch that needs more is an error.
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>>;

    /// Appends as [`append`](Store::append) does, and folds what is new into documents in the same transaction. For stores
    /// that keep [`views`](Store::views).
    ///
    /// In it, for each of the projections, the generation of its version that is ready is read and kept from others; if
    /// there is none, nothing is folded. All events of the log behind its position, those of the batch last, are given to
    /// `inline`, page by page, and what it makes of them is written with the position.
    ///
    /// # Errors
    /// What `inline` says, as it says it: then nothing is written. For anything else see there.
    fn append_inline<'a>(
        &'a self,
        batch: &'a [Commit],
        inline: &'a dyn views::Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        let _ = (batch, inline);
        Box::pin(async { Err(views::unsupported()) })
    }

    /// Says, for each key in order, where the stream stands and whether the command id is recorded for it.
    ///
    /// After an `append` that returned `Err`, a command id that is not found here never takes effect later.
    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>>;

    /// Reads the events of a stream whose version is above `after`, in order. No such stream is an empty page.
    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page>;

    /// Reads the events of the log whose position is above `after`, in order.
    ///
    /// A reader that goes on from the last position it saw meets every event once, also while others append.
    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page>;

    /// Reads the page that [`read_log`](Store::read_log) does, hands its events to `to` one by one, and says whether there
    /// are more behind it. A store that need not make a [`StoredEvent`] of each is faster so.
    ///
    /// # Errors
    /// What was handed over by then is of no use.
    fn scan_log<'a>(
        &'a self,
        after: u64,
        limit: PageLimit,
        to: &'a mut dyn LogTaker,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let page = self.read_log(after, limit).await?;
            to.begin();
            for stored in page.events {
                stored.lend(|event| to.take(event));
            }
            Ok(page.more)
        })
    }

    /// The stream's newest snapshot.
    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>>;

    /// Tells when the log may have grown, by appends of this handle and, as far as the store can know, of others. A store
    /// that gives no hints leaves this as it is.
    fn hints(&self) -> Hints {
        Hints::none()
    }

    /// Where it keeps read models; `None` if it keeps none.
    fn views(&self) -> Option<&dyn views::ViewStore> {
        None
    }

    /// Closes connections and files. Called when no command is under way, perhaps more than once; calls of other methods
    /// may fail from then on.
    fn close(&self) -> StoreFuture<'_, ()>;

    /// Whether an append is so dear that the committer had better let tasks that are ready join a batch first.
    fn prefers_large_batches(&self) -> bool {
        true
    }
}

/// The events of one command, to be written together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The stream.
    pub stream: StreamName,
    /// The version that the stream had when the command was decided; 0 if it did not exist.
    pub expected: u64,
    /// A number made from the command, to tell a retry from another command under the same id.
    ///
    /// `None` if the id was made by Gesta: it is told to the caller only if the outcome is unknown.
    pub digest: Option<i64>,
    /// The events, in order. Without events only the command id is recorded.
    pub events: Vec<NewEvent>,
    /// What is stored beside each event; holds the command id.
    pub meta: Meta,
    /// The state after the last event, to be kept beside the log.
    pub snapshot: Option<Snapshot>,
}

impl Commit {
    /// The version of the stream after the commit.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.expected.saturating_add(self.events.len() as u64)
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.json.len() + 64).sum();
        events
            + self
                .snapshot
                .as_ref()
                .map_or(0, |snapshot| snapshot.json.len())
            + 64
    }
}

/// An event that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The name it is stored under.
    pub name: Cow<'static, str>,
    /// The version of its shape.
    pub schema: u32,
    /// Its JSON, to be stored exactly as it is.
    pub json: String,
}

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is written. `position` is that of the event at the stream's new version: the last of the commit, or the
    /// stream's last if the commit had none (0 if the stream has none).
    Written {
        /// The position.
        position: u64,
    },
    /// Its command id had been recorded for the stream before; nothing was written.
    Known(Recording),
    /// It was decided on a version that is not the stream's; nothing was written.
    Refused,
}

/// What the store keeps of a command id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recording {
    /// The version of the stream after the command.
    pub version: u64,
    /// The position of the event at that version; 0 if there is none.
    pub position: u64,
    /// How many events the command gave.
    pub events: u32,
    /// [`Commit::digest`].
    pub digest: Option<i64>,
}

impl Recording {
    /// What is kept of a commit that was written, whose stream now ends at this position.
    fn of(commit: &Commit, position: u64) -> Self {
        Self {
            version: commit.version(),
            position,
            events: u32::try_from(commit.events.len()).unwrap_or(u32::MAX),
            digest: commit.digest,
        }
    }
}

/// A command id and the stream it is asked for: the same id may be used for two streams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandKey {
    /// The command id.
    pub command_id: Uuid,
    /// The stream.
    pub stream: StreamName,
}

/// What [`Store::lookup`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// The stream's version; 0 if it does not exist.
    pub version: u64,
    /// The position of the event at that version; 0 if there is none.
    pub position: u64,
    /// What is recorded of the command id.
    pub known: Option<Recording>,
}

/// An event as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the log.
    pub position: u64,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: u64,
    /// The stored name.
    pub name: String,
    /// The stored version of its shape.
    pub schema: u32,
    /// The stored JSON.
    pub json: String,
    /// What was stored beside it.
    pub meta: Meta,
}

/// Some events, and whether there are more behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events, in order.
    pub events: Vec<StoredEvent>,
    /// Whether the limit ended the page: there may be more.
    pub more: bool,
}

impl Page {
    /// Whether nothing comes after it. One that claims more and holds nothing would be asked for again for ever.
    pub(crate) fn is_last(&self) -> bool {
        !self.more || self.events.is_empty()
    }
}

/// Where a page ends: at so many events, or once it holds so many bytes of JSON. It always holds one event if there
/// is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit {
    /// At most so many events.
    pub events: u32,
    /// No further event once so many bytes of JSON are reached.
    pub bytes: usize,
}

impl Default for PageLimit {
    /// 1,000 events or 4 MiB.
    fn default() -> Self {
        Self {
            events: 1_000,
            bytes: 4 << 20,
        }
    }
}

/// The state of an aggregate at a version, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version of the stream that the state holds.
    pub version: u64,
    /// A number made from the code that the state was folded with.
    pub fingerprint: i64,
    /// The state.
    pub json: String,
}
