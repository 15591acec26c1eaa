//! A batch in columns, as arrays of which the server makes rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use crate::store::sql::numbers::int;
use crate::store::{Commit, NewEvent, Snapshot, StoreError, StreamName};

use super::seen::Seen;

/// The rows of a batch, column by column.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) heads: Heads<'a>,
    pub(super) events: Events<'a>,
    pub(super) commands: Commands<'a>,
    pub(super) snapshots: Snapshots<'a>,
    /// For each commit, where it ends.
    pub(super) ends: Vec<End>,
}

/// Where streams must stand before the batch, unless that is known; `asks` for the position there.
#[derive(Default)]
pub(super) struct Heads<'a> {
    pub(super) streams: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) asks: Vec<bool>,
}

#[derive(Default)]
pub(super) struct Events<'a> {
    pub(super) streams: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) times: Vec<i64>,
    pub(super) schemas: Sparse<i64>,
    pub(super) command_ids: Vec<Uuid>,
    pub(super) names: Vec<&'a str>,
    pub(super) payloads: Vec<&'a str>,
    pub(super) correlations: Sparse<Option<&'a str>>,
    pub(super) causations: Sparse<Option<&'a str>>,
    pub(super) actors: Sparse<Option<&'a str>>,
}

#[derive(Default)]
pub(super) struct Commands<'a> {
    pub(super) ids: Vec<Uuid>,
    pub(super) versions: Vec<i64>,
    pub(super) events: Sparse<i64>,
    pub(super) digests: Sparse<Option<i64>>,
    pub(super) streams: Vec<&'a str>,
}

#[derive(Default)]
pub(super) struct Snapshots<'a> {
    pub(super) streams: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) fingerprints: Vec<i64>,
    pub(super) states: Vec<&'a str>,
}

/// A column that mostly holds one value, and then need not be sent: no array at all stands for one of these.
#[derive(Default)]
pub(super) struct Sparse<T> {
    values: Vec<T>,
    any: bool,
}

impl<T: PartialEq> Sparse<T> {
    fn push(&mut self, value: T, usual: &T) {
        self.any |= value != *usual;
        self.values.push(value);
    }

    pub(super) fn into_array(self) -> Option<Vec<T>> {
        self.any.then_some(self.values)
    }
}

/// The position that a commit ends at.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// At the so-manieth event of the batch.
    Event(i64),
    /// Where this head stood before.
    Head(usize),
}

/// How far the batch has brought a stream.
struct Reached {
    version: u64,
    end: End,
}

impl<'a> Columns<'a> {
    /// Puts commits into columns; `None` if those of one stream do not follow each other.
    pub(super) fn of(
        commits: impl IntoIterator<Item = &'a Commit>,
        seen: &mut Seen,
    ) -> Result<Option<Self>, StoreError> {
        let mut columns = Self::default();
        let mut streams: HashMap<&StreamName, Reached> = HashMap::new();
        let mut snapshots: HashMap<&StreamName, &Snapshot> = HashMap::new();
        for commit in commits {
            let reached = match streams.entry(&commit.stream) {
                Entry::Occupied(reached) => reached.into_mut(),
                Entry::Vacant(new) => new.insert(columns.heads.push(commit, seen)?),
            };
            if reached.version != commit.expected {
                return Ok(None);
            }
            columns.push(commit, reached)?;
            // One statement cannot change a row twice: the last one counts.
            snapshots.extend(commit.snapshot.as_ref().map(|each| (&commit.stream, each)));
        }
        for (stream, snapshot) in snapshots {
            columns.snapshots.push(stream, snapshot)?;
        }
        Ok(Some(columns))
    }

    fn push(&mut self, commit: &'a Commit, reached: &mut Reached) -> Result<(), StoreError> {
        // Refuses a version beyond 2^63 too.
        let (expected, version) = (int(commit.expected)?, int(commit.version())?);
        for (number, event) in (1..).zip(&commit.events) {
            self.events.push(commit, expected + number, event);
        }
        if !commit.events.is_empty() {
            *reached = Reached {
                version: commit.version(),
                end: End::Event(self.events.count()),
            };
        }
        self.ends.push(reached.end);
        self.commands.push(commit, version);
        Ok(())
    }
}

impl<'a> Heads<'a> {
    fn push(&mut self, first: &'a Commit, seen: &mut Seen) -> Result<Reached, StoreError> {
        let (version, asks) = (first.expected, first.events.is_empty());
        let end = End::Head(self.streams.len());
        if asks || !seen.holds(&first.stream, version) {
            self.streams.push(first.stream.as_str());
            self.versions.push(int(version)?);
            self.asks.push(asks);
        }
        Ok(Reached { version, end })
    }
}

impl<'a> Events<'a> {
    fn push(&mut self, commit: &'a Commit, version: i64, event: &'a NewEvent) {
        let meta = &commit.meta;
        self.streams.push(commit.stream.as_str());
        self.versions.push(version);
        self.times.push(meta.time.as_micros());
        self.schemas.push(i64::from(event.schema), &1);
        self.command_ids.push(meta.command_id);
        self.names.push(&event.name);
        self.payloads.push(&event.json);
        self.correlations.push(meta.correlation.as_deref(), &None);
        self.causations.push(meta.causation.as_deref(), &None);
        self.actors.push(meta.actor.as_deref(), &None);
    }

    pub(super) fn count(&self) -> i64 {
        count(&self.streams)
    }
}

impl<'a> Commands<'a> {
    fn push(&mut self, commit: &'a Commit, version: i64) {
        self.ids.push(commit.meta.command_id);
        self.versions.push(version);
        self.events.push(count(&commit.events), &1);
        self.digests.push(commit.digest, &None);
        self.streams.push(commit.stream.as_str());
    }

    /// Whether each command is the one event that it gave, so that their columns are the same.
    pub(super) fn are_events(&self) -> bool {
        !self.events.any
    }
}

impl<'a> Snapshots<'a> {
    fn push(&mut self, stream: &'a StreamName, snapshot: &'a Snapshot) -> Result<(), StoreError> {
        self.streams.push(stream.as_str());
        self.versions.push(int(snapshot.version)?);
        self.fingerprints.push(snapshot.fingerprint);
        self.states.push(&snapshot.json);
        Ok(())
    }
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}
