//! The part of a store that keeps read models.

use std::ops::Bound;
use std::time::Duration;

use uuid::Uuid;

use super::tables::TableStore;
use super::{StoreError, StoreFuture, StoredEvent};
use crate::time::Timestamp;

/// The read models of a store: documents, and how far each projection has come.
///
/// A projection is kept in *generations*. One is made for each version of its code, and for each rebuild; it has
/// documents of its own, so that an older one answers questions until it is ready.
///
/// Whoever folds a generation claims it first, for a time that the store measures, and gets a token. Everything that it
/// writes names the token; once another process has claimed the generation, nothing under an older token is written. A
/// token is higher than all before it.
///
/// Calls of [`write`](ViewStore::write) with one token come one after another.
pub trait ViewStore: Send + Sync {
    /// The position of the log's last event; 0 if there is none.
    fn head(&self) -> StoreFuture<'_, u64>;

    /// The time by the clock of the store, for what several processes must agree on; `None` if the clocks of the processes
    /// are the same.
    fn now(&self) -> StoreFuture<'_, Option<Timestamp>> {
        Box::pin(async { Ok(None) })
    }

    /// The newest generation of this projection and version that is not [`Stage::Dropped`]; if there is none, a new one,
    /// at position 0 and [`Stage::Building`]. Processes that ask at the same moment get the same one.
    fn declare<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation>;

    /// A new generation of this projection and version, whether there is one or not; the one that is being built, if one
    /// is being built.
    fn rebuild<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation>;

    /// Every generation, oldest first.
    fn generations(&self) -> StoreFuture<'_, Vec<Generation>>;

    /// Claims a generation for so long, if nobody else holds it: the token is raised. `None` if somebody does, or if it is
    /// gone or dropped.
    ///
    /// An owner that claims again gets a new token too, and keeps no older one.
    fn claim<'a>(
        &'a self,
        generation: u64,
        owner: Uuid,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>>;

    /// Extends the lease of a claim to so long from now, also if it has run out. `None` if another token was given out
    /// since, it was released, or the generation is gone or dropped: it is no longer to be folded.
    fn renew<'a>(
        &'a self,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>>;

    /// Gives a claim up: the next one need not wait. Nothing, if it is another's by now.
    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()>;

    /// The JSON of these documents, in the order of the keys; `None` for those that are not there.
    fn documents<'a>(
        &'a self,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>>;

    /// Writes documents, index entries, parked events and the position, all in one transaction. `false` if the token or
    /// the position is not the one of the batch any more, or the generation is gone or dropped: then nothing is written.
    ///
    /// It need not be durable at once, as what it writes can be folded again: but it is durable where anything that was
    /// written after it is.
    fn write<'a>(&'a self, batch: &'a ViewBatch) -> StoreFuture<'a, bool>;

    /// Makes a generation that is being built the one that is asked, in one transaction: it becomes [`Stage::Ready`], and
    /// those of the same projection and version that were, become [`Stage::Dropped`]. `false`, and nothing changes, if the
    /// token is not the last one, if it is not being built, or if its position is behind that of one of those.
    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool>;

    /// Records why a generation stands still, or that it goes on (`None`). `false` if the token is not the last one,
    /// or the generation is gone or dropped.
    fn set_fault<'a>(
        &'a self,
        generation: u64,
        token: u64,
        fault: Option<&'a Fault>,
    ) -> StoreFuture<'a, bool>;

    /// Changes what people want of a generation. `false` if there is no such generation, or the change does not fit its
    /// stage.
    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool>;

    /// Deletes at most so many documents of a dropped generation, and what is kept beside them in steps of that size; the
    /// generation itself with the last of all. `true` once it is gone, `false` too for one that is not dropped.
    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool>;

    /// One document, and which generation answered. `None` if no generation is ready.
    ///
    /// The generation is that of the wanted version, if one is ready, else the newest of those that are ready of other
    /// versions; it and the document are read at one moment.
    fn view<'a>(
        &'a self,
        which: &'a Which,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Answered<Option<String>>>>;

    /// A page of documents: by key, or by the values of an index and then by key.
    fn page<'a>(
        &'a self,
        which: &'a Which,
        query: &'a ViewQuery,
    ) -> StoreFuture<'a, Option<Answered<ViewPage>>>;

    /// How many documents there are, or how many have a value in a range of an index.
    fn count<'a>(
        &'a self,
        which: &'a Which,
        range: Option<&'a IndexRange>,
    ) -> StoreFuture<'a, Option<Answered<u64>>>;

    /// Parked events of a generation, in the order of keys and positions, after this key and position.
    fn parked<'a>(
        &'a self,
        generation: u64,
        after: Option<(&'a str, u64)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<ParkedEvent>>;

    /// Asks the owner to do something about a parked key: it stands beside its first event from then on, in the place of
    /// what was asked before. `false` if the key is not parked, or if the event to be left out is not its first.
    fn request<'a>(
        &'a self,
        generation: u64,
        key: &'a str,
        request: Request,
    ) -> StoreFuture<'a, bool>;

    /// Where it keeps tables of the user's own; `None` if it keeps none.
    fn tables(&self) -> Option<&dyn TableStore> {
        None
    }
}

/// The projections that are folded in the transaction of an append.
pub trait Inline: Send + Sync {
    /// Which they are.
    fn projections(&self) -> &[Which];

    /// Begins to fold a page of the log into the documents of one of them.
    ///
    /// # Errors
    /// [`StoreError::Inline`] if an event is not taken.
    fn begin(
        &self,
        projection: usize,
        events: Vec<StoredEvent>,
    ) -> Result<Box<dyn InlineFold>, StoreError>;
}

/// A page of the log that is being folded.
pub trait InlineFold: Send {
    /// The documents that it needs.
    fn keys(&self) -> &[String];

    /// Folds it into these documents, in the order of the keys. Of what it gives, the generation, the token and the first
    /// position are the store's to know.
    ///
    /// # Errors
    /// [`StoreError::Inline`] if an event is not taken.
    fn fold(self: Box<Self>, documents: Vec<Option<String>>) -> Result<ViewBatch, StoreError>;
}

/// A projection as the program has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its name.
    pub projection: String,
    /// The version of its code.
    pub version: u32,
    /// A number that is made from its code.
    pub fingerprint: i64,
    /// The names of its indexes, with commas between them; `(tables)` if it is kept in tables of the user's own.
    pub indexes: String,
}

/// What is kept of a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its number: 1, 2, 3 in the order in which they were made; never given twice.
    pub id: u64,
    /// What it was declared as.
    pub declaration: Declaration,
    /// How far it has come to be asked.
    pub stage: Stage,
    /// Whether people want it to stand still.
    pub paused: bool,
    /// Every event up to this position is in its documents, or parked.
    pub position: u64,
    /// The last token that was given out; 0 before the first.
    pub token: u64,
    /// Who holds it. `None` if nobody does, the lease has run out, or it is dropped.
    pub owner: Option<Uuid>,
    /// Why it stands still.
    pub fault: Option<Fault>,
}

/// The stages of a generation, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// It is behind, and nobody is answered from it.
    Building,
    /// It answers questions.
    Ready,
    /// Nobody wants it: it is to be deleted.
    Dropped,
}

/// Why a projection stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The position of the event that it cannot take.
    pub position: u64,
    /// What its code said.
    pub error: String,
}

/// What people want of a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Stand still.
    Pause,
    /// Go on: after a pause, or after a fault, which is cleared.
    Resume,
    /// Be dropped. One that is being built is, whoever holds it; one that is ready only if another of a higher version is
    /// ready too and nobody holds it.
    Drop,
}

/// What is to be written of a generation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewBatch {
    /// The generation.
    pub generation: u64,
    /// The token that it was claimed with.
    pub token: u64,
    /// The position that it has.
    pub from: u64,
    /// The position that it has afterwards; the same, where parked events are tried again.
    pub to: u64,
    /// The documents, whether they were there or not. No key comes twice, here or among those that are deleted.
    pub upserts: Vec<(String, String)>,
    /// The keys of documents that are no more.
    pub deletes: Vec<String>,
    /// Index entries that are there, and no longer hold. They go before the new ones come.
    pub old_entries: Vec<IndexEntry>,
    /// Index entries that are new.
    pub new_entries: Vec<IndexEntry>,
    /// Events that could not be taken, and those of the same keys that follow. One that is parked already is replaced.
    pub parked: Vec<ParkedEvent>,
    /// Those that are parked no more.
    pub unparked: Vec<(String, u64)>,
}

/// A value in an index, and the document that has it. A document has at most one in each index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexEntry {
    /// Which index.
    pub index: u32,
    /// The value, as bytes in whose order documents are listed. At most 512.
    pub value: Vec<u8>,
    /// The key of the document.
    pub key: String,
}

/// An event that is kept apart with its key. What it says stands in the log at its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedEvent {
    /// The key of the document that it would be folded into.
    pub key: String,
    /// Its position.
    pub position: u64,
    /// Why it could not be taken; `None` for one that waits behind another of its key.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// What was asked for, and is not done yet.
    pub request: Option<Request>,
}

/// What is to become of a parked key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Try its first event again, and then those behind it.
    Retry,
    /// Leave the event at this position out, then try those behind it. Only the first of a key can be left out.
    Skip(u64),
}

/// Whose documents are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// The name of the projection.
    pub projection: String,
    /// The version of the code that asks.
    pub version: u32,
}

/// An answer, and the generation it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// What was asked for.
    pub answer: T,
    /// The number of the generation.
    pub generation: u64,
    /// The version of the code that folded it.
    pub version: u32,
    /// Every event up to this position is in the answer.
    pub position: u64,
}

/// Which documents a page is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewQuery {
    /// Those with a value in this range, in the order of the values; else all, in the order of the keys.
    pub range: Option<IndexRange>,
    /// The page begins behind this document: its key and, in an index, its value.
    pub after: Option<Cursor>,
    /// From the last to the first.
    pub reverse: bool,
    /// At most so many documents; 0 counts as 1.
    pub limit: u32,
}

/// A range of values of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRange {
    /// Which index.
    pub index: u32,
    /// Where it begins.
    pub from: Bound<Vec<u8>>,
    /// Where it ends.
    pub to: Bound<Vec<u8>>,
}

/// The place of a document in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The value in the index; empty without one.
    pub value: Vec<u8>,
    /// The key.
    pub key: String,
}

/// Some documents, and whether there are more behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewPage {
    /// Keys and JSON, in order.
    pub documents: Vec<(String, String)>,
    /// Where the page ends, if there are more behind it.
    pub next: Option<Cursor>,
}

/// The error of a store that keeps no read models.
pub(crate) fn unsupported() -> StoreError {
    StoreError::failed("the store keeps no read models")
}
