//! The log itself, behind the lock.

use std::collections::HashMap;
use std::ops::ControlFlow;

use uuid::Uuid;

use crate::event::Meta;
use crate::store::page::PageBuilder;
use crate::store::walk::Walk;
use crate::store::{
    CommandKey, Commit, Lookup, NewEvent, Outcome, Page, PageLimit, Recording, Snapshot,
    StoreError, StoredEvent, StreamName,
};

#[derive(Default)]
pub(super) struct Log {
    /// The position before the first event.
    start: u64,
    entries: Vec<Entry>,
    streams: HashMap<StreamName, Stream>,
}

struct Entry {
    stream: StreamName,
    version: u64,
    event: NewEvent,
    meta: Meta,
}

/// What was there before an append.
pub(super) struct Undo {
    entries: usize,
    snapshots: HashMap<StreamName, Option<Snapshot>>,
}

#[derive(Default)]
struct Stream {
    /// Where its events stand in the log's entries.
    entries: Vec<usize>,
    commands: HashMap<Uuid, Recording>,
    snapshot: Option<Snapshot>,
}

impl Stream {
    fn version(&self) -> u64 {
        self.entries.len() as u64
    }
}

impl Log {
    pub(super) fn starting_after(position: u64) -> Self {
        Self {
            start: position,
            ..Self::default()
        }
    }

    pub(super) fn append(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        self.check_room(batch)?;
        let mut walk = Walk::default();
        let judged = batch.iter().map(|commit| {
            let stream = self.streams.entry(commit.stream.clone()).or_default();
            let known = stream.commands.get(&commit.meta.command_id).copied();
            match walk.refusal(commit, stream.version(), known) {
                Some(refusal) => refusal,
                None => write(self.start, &mut self.entries, stream, commit),
            }
        });
        Ok(judged.collect())
    }

    /// What takes back an append of this batch that comes next.
    pub(super) fn undo(&self, batch: &[Commit]) -> Undo {
        let snapshot = |commit: &Commit| {
            let stream = self.streams.get(&commit.stream);
            let snapshot = stream.and_then(|stream| stream.snapshot.clone());
            (commit.stream.clone(), snapshot)
        };
        Undo {
            entries: self.entries.len(),
            snapshots: batch.iter().map(snapshot).collect(),
        }
    }

    /// Takes back the append that came last.
    pub(super) fn take_back(&mut self, undo: Undo, batch: &[Commit], outcomes: &[Outcome]) {
        self.entries.truncate(undo.entries);
        for (name, snapshot) in undo.snapshots {
            if let Some(stream) = self.streams.get_mut(&name) {
                stream.entries.retain(|entry| *entry < undo.entries);
                stream.snapshot = snapshot;
            }
        }
        for (commit, outcome) in batch.iter().zip(outcomes) {
            let stream = self.streams.get_mut(&commit.stream);
            if let (Outcome::Written { .. }, Some(stream)) = (outcome, stream) {
                stream.commands.remove(&commit.meta.command_id);
            }
        }
    }

    /// Positions are kept below 2^63, as in every other store.
    fn check_room(&self, batch: &[Commit]) -> Result<(), StoreError> {
        let new: usize = batch.iter().map(|commit| commit.events.len()).sum();
        let room = i64::MAX.unsigned_abs().checked_sub(self.head());
        if room.is_some_and(|room| new as u64 <= room) {
            Ok(())
        } else {
            Err(StoreError::failed("the log has no positions left"))
        }
    }

    /// The position of the last event.
    pub(super) fn head(&self) -> u64 {
        self.position(self.entries.len())
    }

    /// The position of the entry with this number, counted from 1.
    fn position(&self, number: usize) -> u64 {
        self.start.saturating_add(number as u64)
    }

    fn head_position(&self, stream: &Stream) -> u64 {
        stream
            .entries
            .last()
            .map_or(0, |entry| self.position(entry + 1))
    }

    pub(super) fn lookup(&self, key: &CommandKey) -> Lookup {
        let stream = self.streams.get(&key.stream);
        Lookup {
            version: stream.map_or(0, Stream::version),
            position: stream.map_or(0, |stream| self.head_position(stream)),
            known: stream.and_then(|stream| stream.commands.get(&key.command_id).copied()),
        }
    }

    pub(super) fn snapshot(&self, stream: &StreamName) -> Option<Snapshot> {
        self.streams.get(stream)?.snapshot.clone()
    }

    pub(super) fn read_stream(&self, stream: &StreamName, after: u64, limit: PageLimit) -> Page {
        let entries = self
            .streams
            .get(stream)
            .map_or(&[][..], |stream| &stream.entries);
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        self.page(entries.iter().copied().skip(skipped), limit)
    }

    pub(super) fn read(&self, after: u64, limit: PageLimit) -> Page {
        let skipped = usize::try_from(after.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.page(skipped..self.entries.len(), limit)
    }

    fn page(&self, entries: impl Iterator<Item = usize>, limit: PageLimit) -> Page {
        let mut page = PageBuilder::new(limit);
        for index in entries {
            let Some(entry) = self.entries.get(index) else {
                break;
            };
            let size = entry.event.json.len();
            if let ControlFlow::Break(()) = page.push(size, || self.stored(index, entry)) {
                break;
            }
        }
        page.finish()
    }

    fn stored(&self, index: usize, entry: &Entry) -> StoredEvent {
        StoredEvent {
            position: self.position(index + 1),
            stream: entry.stream.clone(),
            version: entry.version,
            name: entry.event.name.to_string(),
            schema: entry.event.schema,
            json: entry.event.json.clone(),
            meta: entry.meta.clone(),
        }
    }
}

fn write(start: u64, entries: &mut Vec<Entry>, stream: &mut Stream, commit: &Commit) -> Outcome {
    for event in &commit.events {
        stream.entries.push(entries.len());
        entries.push(Entry {
            stream: commit.stream.clone(),
            version: stream.version(),
            event: event.clone(),
            meta: commit.meta.clone(),
        });
    }
    let position = stream
        .entries
        .last()
        .map_or(0, |last| start.saturating_add(*last as u64 + 1));
    let recording = Recording::of(commit, position);
    stream.commands.insert(commit.meta.command_id, recording);
    if let Some(snapshot) = &commit.snapshot {
        stream.snapshot = Some(snapshot.clone());
    }
    Outcome::Written { position }
}
