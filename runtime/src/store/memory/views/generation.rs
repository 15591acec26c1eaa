//! One generation: who holds it, and what is written of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::store::views::{
    Answered, Declaration, Fault, Generation, IndexEntry, ParkedEvent, Request, Stage, ViewBatch,
};

pub(super) struct Kept {
    id: u64,
    declaration: Declaration,
    pub(super) stage: Stage,
    pub(super) paused: bool,
    position: u64,
    token: u64,
    lease: Option<Lease>,
    fault: Option<Fault>,
    pub(super) documents: BTreeMap<String, String>,
    pub(super) entries: BTreeSet<IndexEntry>,
    parked: BTreeMap<(String, u64), ParkedEvent>,
}

struct Lease {
    owner: Uuid,
    since: Instant,
    length: Duration,
}

impl Kept {
    pub(super) fn new(id: u64, declaration: Declaration) -> Self {
        Self {
            id,
            declaration,
            stage: Stage::Building,
            paused: false,
            position: 0,
            token: 0,
            lease: None,
            fault: None,
            documents: BTreeMap::new(),
            entries: BTreeSet::new(),
            parked: BTreeMap::new(),
        }
    }

    pub(super) fn generation(&self) -> Generation {
        Generation {
            id: self.id,
            declaration: self.declaration.clone(),
            stage: self.stage,
            paused: self.paused,
            position: self.position,
            token: self.token,
            owner: self.owner(),
            fault: self.fault.clone(),
        }
    }

    pub(super) fn answered<T>(&self, answer: T) -> Answered<T> {
        Answered {
            answer,
            generation: self.id,
            version: self.version(),
            position: self.position,
        }
    }

    pub(super) fn is_of(&self, projection: &str) -> bool {
        self.declaration.projection == projection
    }

    pub(super) fn version(&self) -> u32 {
        self.declaration.version
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn is_last(&self, token: u64) -> bool {
        self.token == token
    }

    pub(super) fn owner(&self) -> Option<Uuid> {
        let lease = self.lease.as_ref()?;
        (lease.since.elapsed() < lease.length).then_some(lease.owner)
    }

    pub(super) fn claim(&mut self, owner: Uuid, length: Duration) -> Option<Generation> {
        if self.owner().is_some_and(|holder| holder != owner) {
            return None;
        }
        self.token += 1;
        self.lease = Some(Lease {
            owner,
            since: Instant::now(),
            length,
        });
        Some(self.generation())
    }

    pub(super) fn renew(&mut self, length: Duration) -> Option<Generation> {
        let lease = self.lease.as_mut()?;
        (lease.since, lease.length) = (Instant::now(), length);
        Some(self.generation())
    }

    pub(super) fn release(&mut self) {
        self.lease = None;
    }

    pub(super) fn drop_it(&mut self) {
        self.stage = Stage::Dropped;
        self.lease = None;
    }

    pub(super) fn set_fault(&mut self, fault: Option<Fault>) {
        self.fault = fault;
    }

    /// Deletes so many of each, and tells whether there are no more.
    pub(super) fn sweep(&mut self, rows: u32) -> bool {
        for _ in 0..rows {
            self.documents.pop_first();
            self.entries.pop_first();
            self.parked.pop_first();
        }
        self.documents.is_empty() && self.entries.is_empty() && self.parked.is_empty()
    }

    pub(super) fn document(&self, key: &str) -> Option<String> {
        self.documents.get(key).cloned()
    }

    pub(super) fn write(&mut self, batch: &ViewBatch) -> bool {
        if self.position != batch.from {
            return false;
        }
        self.position = batch.to;
        for key in &batch.deletes {
            self.documents.remove(key);
        }
        self.documents.extend(batch.upserts.iter().cloned());
        for entry in &batch.old_entries {
            self.entries.remove(entry);
        }
        self.entries.extend(batch.new_entries.iter().cloned());
        for place in &batch.unparked {
            self.parked.remove(place);
        }
        let place = |event: &ParkedEvent| ((event.key.clone(), event.position), event.clone());
        self.parked.extend(batch.parked.iter().map(place));
        true
    }

    pub(super) fn parked(&self, after: Option<(&str, u64)>, limit: u32) -> Vec<ParkedEvent> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_after = |event: &&ParkedEvent| Some((event.key.as_str(), event.position)) > after;
        let events = self.parked.values().filter(is_after);
        events.take(limit).cloned().collect()
    }

    pub(super) fn request(&mut self, key: &str, request: Request) -> bool {
        let mut events = self.parked.values_mut();
        let Some(first) = events.find(|event| event.key == key) else {
            return false;
        };
        if matches!(request, Request::Skip(position) if position != first.position) {
            return false;
        }
        first.request = Some(request);
        true
    }
}
