//! Batches of any kind, beside a model that takes commits one by one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use uuid::Uuid;

use crate::store::{CommandKey, Commit, Outcome, Recording, Snapshot, StoredEvent, StreamName};

use super::Harness;
use super::subject::{Subject, commit, same, stream};

/// One commit of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which stream it goes to.
    pub stream: u8,
    /// How far its expected version lies from what it would be if all before it were written.
    pub off: i8,
    /// How many events it has.
    pub events: u8,
    /// Which earlier step's command id it takes, counted back from it; 0 for a fresh one.
    pub id_of: u8,
    /// Whether it brings a snapshot.
    pub snapshot: bool,
}

#[derive(Default)]
struct Model {
    events: Vec<StoredEvent>,
    commands: HashMap<(Uuid, StreamName), Recording>,
    snapshots: HashMap<StreamName, Snapshot>,
}

impl Model {
    fn head(&self, stream: &StreamName) -> (u64, u64) {
        let last = self
            .events
            .iter()
            .rev()
            .find(|event| event.stream == *stream);
        last.map_or((0, 0), |event| (event.version, event.position))
    }

    fn append(&mut self, batch: &[Commit]) -> Vec<Outcome> {
        let mut unwritten = HashSet::new();
        let take = |commit: &Commit| {
            let outcome = self.take(commit, &unwritten);
            let decided_on = !commit.events.is_empty() || outcome == Outcome::Refused;
            if decided_on && !matches!(outcome, Outcome::Written { .. }) {
                unwritten.insert(commit.stream.clone());
            }
            outcome
        };
        batch.iter().map(take).collect()
    }

    fn take(&mut self, commit: &Commit, unwritten: &HashSet<StreamName>) -> Outcome {
        let key = (commit.meta.command_id, commit.stream.clone());
        if let Some(known) = self.commands.get(&key) {
            return Outcome::Known(*known);
        }
        if unwritten.contains(&commit.stream) || self.head(&commit.stream).0 != commit.expected {
            return Outcome::Refused;
        }
        for (version, event) in (commit.expected + 1..).zip(&commit.events) {
            self.events.push(StoredEvent {
                position: self.events.len() as u64 + 1,
                stream: commit.stream.clone(),
                version,
                name: event.name.to_string(),
                schema: event.schema,
                json: event.json.clone(),
                meta: commit.meta.clone(),
            });
        }
        if let Some(snapshot) = &commit.snapshot {
            self.snapshots
                .insert(commit.stream.clone(), snapshot.clone());
        }
        let (version, position) = self.head(&commit.stream);
        let events = u32::try_from(commit.events.len()).unwrap_or_default();
        self.commands.insert(
            key,
            Recording {
                version,
                position,
                events,
                digest: commit.digest,
            },
        );
        Outcome::Written { position }
    }
}

/// The batches that a plan says, run on a store and on a model that takes commits one by one, leave the same.
///
/// # Panics
/// If the outcomes, the log, the recorded ids or the snapshots differ.
pub async fn agrees_with_the_model(harness: &impl Harness, plan: &[Vec<Step>]) {
    let (store, _log) = Subject::fresh(harness).await;
    let mut model = Model::default();
    let mut ids: Vec<Uuid> = Vec::new();
    for (number, steps) in plan.iter().enumerate() {
        let batch = batch(&model, &mut ids, steps);
        let rule = format!("batch {number} has the outcomes that its commits have one by one");
        same(&rule, store.append(&batch).await, model.append(&batch));
    }
    same(
        "the log is what its commits give one by one",
        store.log(0).await,
        model.events.clone(),
    );
    let streams: HashSet<_> = plan.iter().flatten().map(|step| name(*step)).collect();
    for stream in streams {
        let wanted = model
            .events
            .iter()
            .filter(|event| event.stream == stream)
            .cloned()
            .collect();
        same(
            "a stream is what its commits give",
            store.stream(&stream).await,
            wanted,
        );
        let wanted = model.snapshots.get(&stream).cloned();
        same(
            "a snapshot is the last that was written",
            store.snapshot(&stream).await,
            wanted,
        );
        let key = |id: &Uuid| CommandKey {
            command_id: *id,
            stream: stream.clone(),
        };
        let found = store.look(&ids.iter().map(key).collect::<Vec<_>>()).await;
        for (id, found) in ids.iter().zip(found) {
            let wanted = model.commands.get(&(*id, stream.clone())).copied();
            same(
                "the ids of written commits are recorded, no others",
                found.known,
                wanted,
            );
            same(
                "a lookup tells the stream's end",
                (found.version, found.position),
                model.head(&stream),
            );
        }
    }
}

fn name(step: Step) -> StreamName {
    stream(&step.stream.to_string())
}

fn batch(model: &Model, ids: &mut Vec<Uuid>, steps: &[Step]) -> Vec<Commit> {
    let mut heads: HashMap<StreamName, u64> = HashMap::new();
    let make = |step: &Step| {
        let stream = name(*step);
        let head = heads.entry(stream.clone()).or_insert(model.head(&stream).0);
        let expected = head.wrapping_add_signed(i64::from(step.off));
        let mut commit = commit(&stream, expected, usize::from(step.events));
        *head = commit.version();
        if let Some(back) = ids.len().checked_sub(usize::from(step.id_of)) {
            commit.meta.command_id = ids.get(back).copied().unwrap_or(commit.meta.command_id);
        }
        ids.push(commit.meta.command_id);
        commit.digest = i64::try_from(ids.len()).ok();
        commit.snapshot = step.snapshot.then(|| Snapshot {
            version: commit.version(),
            fingerprint: 1,
            json: format!("[{}]", ids.len()),
        });
        commit
    };
    let mut batch: Vec<_> = steps.iter().map(make).collect();
    for commit in &mut batch {
        // A snapshot tells a version that can be stored, also where the expected version is none.
        if commit.version() > 1 << 60 {
            commit.snapshot = None;
        }
    }
    batch
}

/// What [`agrees_with_the_model`] says, for a random plan from each of these seeds.
///
/// # Panics
/// If the store and the model differ.
pub async fn random_batches_agree_with_the_model(harness: &impl Harness, seeds: Range<u64>) {
    for seed in seeds {
        agrees_with_the_model(harness, &random_plan(seed)).await;
    }
}

/// Gives numbers below a limit, up to 256: the same ones for the same seed.
pub(super) fn random(seed: u64) -> impl FnMut(u16) -> u8 {
    let mut state = seed;
    move |limit| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u8::try_from((mixed ^ (mixed >> 31)) % u64::from(limit.max(1))).unwrap_or_default()
    }
}

fn random_plan(seed: u64) -> Vec<Vec<Step>> {
    let mut below = random(seed);
    let mut plan = Vec::new();
    for _ in 0..8 {
        let clean = below(3) == 0;
        let mut step = || Step {
            stream: below(4),
            off: if clean || below(6) > 0 {
                0
            } else {
                below(5).cast_signed() - 2
            },
            events: below(4),
            id_of: if clean || below(8) > 0 {
                0
            } else {
                1 + below(20)
            },
            snapshot: below(5) == 0,
        };
        let mut steps = Vec::new();
        for _ in 0..12 {
            steps.push(step());
        }
        plan.push(steps);
    }
    plan
}
