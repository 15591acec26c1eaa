//! How far a saga has come: its events, folded.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SagaRoot;
use super::context::{Failure, SagaContext};
use super::event::{Asks, Json, Part, SagaEvent, SagaSent, present};
use crate::time::Timestamp;

/// Where a saga is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Nothing has started it.
    #[default]
    Absent,
    Running,
    /// All is done but what is sent at the end.
    Completing,
    /// What was done is undone, the last first.
    Undoing,
    Completed,
    Compensated,
}

/// What is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) attempt: u32,
    pub(crate) to: Asks,
    pub(crate) due: Option<Timestamp>,
    pub(crate) commit: Uuid,
    /// It was refused, and is tried again at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) again: Option<Timestamp>,
}

impl Pending {
    /// Whether an answer is to come.
    pub(crate) fn is_in_flight(&self) -> bool {
        self.again.is_none() && !matches!(self.to, Asks::Event(_))
    }

    /// When somebody has to look after it.
    pub(crate) fn next_time(&self) -> Option<Timestamp> {
        [self.due, self.again].into_iter().flatten().min()
    }
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) step: String,
    /// Whether there is something to be undone.
    pub(crate) took_effect: bool,
    pub(crate) is_undone: bool,
    /// Nobody knows whether it came about: it is undone as if it had, and nothing else stands on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_unsure: bool,
}

/// What a saga cannot get over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stuck {
    pub(crate) part: Part,
    pub(crate) attempt: u32,
    pub(crate) error: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Of the code that started it.
    pub(crate) version: u32,
    pub(crate) phase: Phase,
    pub(crate) started: Timestamp,
    /// The state, as JSON.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub(crate) state: Option<Json>,
    pub(crate) correlation: Option<String>,
    pub(crate) actor: Option<String>,
    /// Events up to this position are taken, deferred, or none of its own.
    pub(crate) position: u64,
    /// Events that are taken once it goes on.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) deferred: VecDeque<u64>,
    #[serde(with = "pairs")]
    pub(crate) pending: BTreeMap<Part, Pending>,
    /// In the order in which they were done.
    pub(crate) done: Vec<Done>,
    /// Steps whose event came before they waited for it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) early: BTreeSet<String>,
    /// Steps that failed, where the saga goes on without them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) failed: BTreeSet<String>,
    #[serde(default)]
    pub(crate) results: BTreeMap<String, String>,
    /// The names under which the saga met its steps first, by those of today: what is sent is known by them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) named: BTreeMap<String, String>,
    pub(crate) failure: Option<Failure>,
    pub(crate) stuck: Option<Stuck>,
    /// What was refused last of what an event had asked for, to be sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<Asks>,
    /// Whether it ends once nothing is under way.
    pub(crate) ends: bool,
    /// Whether what is sent at the end is accepted.
    pub(crate) told: bool,
}

impl Progress {
    /// Whether the saga has met a step of this name.
    pub(crate) fn knows(&self, step: &str) -> bool {
        let is_it = |part: &Part| part.step() == Some(step);
        self.pending.keys().any(is_it)
            || self.stuck.as_ref().is_some_and(|stuck| is_it(&stuck.part))
            || self.done.iter().any(|done| done.step == step)
            || self.early.contains(step)
            || self.failed.contains(step)
    }

    /// The part by the name that its step had when the saga met it.
    pub(crate) fn as_first_named(&self, part: &Part) -> Part {
        let mut part = part.clone();
        if let Some(step) = part.step_mut()
            && let Some(first) = self.named.get(step)
        {
            step.clone_from(first);
        }
        part
    }

    /// Calls a step by the name that it has today.
    fn rename(&mut self, was: &str, now: &str) {
        let renamed = |step: &mut String| {
            if step == was {
                now.clone_into(step);
            }
        };
        let pending = std::mem::take(&mut self.pending);
        self.pending = pending
            .into_iter()
            .map(|(mut part, pending)| {
                part.step_mut().map(renamed);
                (part, pending)
            })
            .collect();
        self.done
            .iter_mut()
            .for_each(|done| renamed(&mut done.step));
        if let Some(stuck) = &mut self.stuck {
            stuck.part.step_mut().map(renamed);
        }
        for steps in [&mut self.early, &mut self.failed] {
            if steps.remove(was) {
                steps.insert(now.to_owned());
            }
        }
        if self.results.contains_key(was) {
            let results = &mut self.results;
            let result = results.remove(was).unwrap_or_default();
            results.insert(now.to_owned(), result);
        }
        let first = self.named.remove(was).unwrap_or_else(|| was.to_owned());
        self.named.insert(now.to_owned(), first);
    }

    pub(crate) fn exists(&self) -> bool {
        self.phase != Phase::Absent
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Completed | Phase::Compensated)
    }

    /// What a method of the saga may know.
    pub(crate) fn context<S: SagaRoot>(
        &self,
        id: &str,
        time: Timestamp,
        attempt: u32,
    ) -> SagaContext {
        SagaContext {
            saga: S::NAME,
            id: id.to_owned(),
            time,
            attempt,
            correlation: self.correlation.clone(),
            actor: self.actor.clone(),
            results: self.results.clone(),
            named: self.named.clone(),
        }
    }

    /// Whether such an attempt is under way.
    pub(crate) fn awaits(&self, part: &Part, attempt: u32) -> bool {
        let pending = self.pending.get(part);
        pending.is_some_and(|pending| pending.attempt == attempt && pending.again.is_none())
    }

    /// Whether what stands behind the step may begin.
    pub(crate) fn is_done(&self, step: &str) -> bool {
        let mut done = self.done.iter();
        done.any(|done| done.step == step && !done.is_unsure) && !self.failed.contains(step)
    }

    /// What it is stuck at, or else all that is under way.
    pub(crate) fn at(&self) -> Vec<String> {
        match &self.stuck {
            Some(stuck) => vec![stuck.part.to_string()],
            None => self.pending.keys().map(ToString::to_string).collect(),
        }
    }

    /// When somebody has to look after it next.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        if self.stuck.is_some() || self.has_ended() {
            return None;
        }
        self.pending.values().filter_map(Pending::next_time).min()
    }

    pub(crate) fn apply(&mut self, event: &SagaEvent) {
        match event {
            SagaEvent::SagaStarted(event) => {
                self.version = event.version;
                self.phase = Phase::Running;
                self.started = event.at;
                self.state.clone_from(&event.state);
                self.correlation.clone_from(&event.correlation);
                self.actor.clone_from(&event.actor);
                self.ends = event.alone;
                self.pass(event.by);
            }
            SagaEvent::SagaTook(event) => {
                if event.state.is_some() {
                    self.state.clone_from(&event.state);
                }
                self.ends |= event.end;
                self.pass(event.by);
                if let Some(step) = &event.step {
                    self.take_for(step);
                }
            }
            SagaEvent::SagaDeferred(event) => {
                self.position = self.position.max(event.by);
                self.deferred.push_back(event.by);
            }
            SagaEvent::SagaSent(event) => self.send(event),
            SagaEvent::SagaAccepted(event) => {
                if let (Some(result), Part::Step(step)) = (&event.result, &event.part) {
                    let results = &mut self.results;
                    results.insert(step.clone(), result.get().to_owned());
                }
                self.accept(&event.part, event.attempt > 0);
            }
            SagaEvent::SagaRefused(event) => {
                match (event.again, self.pending.get_mut(&event.part)) {
                    (Some(again), Some(pending)) => pending.again = Some(again),
                    _ => self.fail(&event.part),
                }
            }
            SagaEvent::SagaTimedOut(event) => self.time_out(&event.part),
            SagaEvent::SagaUndoing(event) => {
                self.phase = Phase::Undoing;
                self.failure = Some(event.failure.clone());
                self.stuck = None;
                self.pending.retain(|_, pending| pending.is_in_flight());
            }
            SagaEvent::SagaStuck(event) => {
                // What is in flight stays: it may have taken effect, and keeps its id.
                if let Part::Event(position) = event.part {
                    self.pass(position);
                }
                self.stuck = Some(Stuck {
                    part: event.part.clone(),
                    attempt: event.attempt,
                    error: event.error.clone(),
                });
            }
            SagaEvent::SagaResumed(event) => self.resume(event.skipped),
            SagaEvent::SagaRenamed(event) => self.rename(&event.was, &event.now),
            SagaEvent::SagaEnded(event) => {
                self.phase = match event.completed {
                    true => Phase::Completed,
                    false => Phase::Compensated,
                };
                self.pending.clear();
                self.deferred.clear();
            }
        }
    }

    fn pass(&mut self, position: u64) {
        self.position = self.position.max(position);
        if self.deferred.front() == Some(&position) {
            self.deferred.pop_front();
        }
    }

    fn take_for(&mut self, step: &str) {
        match self.pending.remove(&Part::Step(step.to_owned())) {
            Some(_) => self.finish(step, false),
            None => drop(self.early.insert(step.to_owned())),
        }
    }

    fn send(&mut self, event: &SagaSent) {
        match event.part {
            Part::Completed => {
                self.phase = Phase::Completing;
                // Nothing stands behind what it still waits for.
                self.pending.retain(|_, pending| pending.is_in_flight());
            }
            Part::Step(ref step) => drop(self.failed.remove(step)),
            _ => {}
        }
        let pending = Pending {
            attempt: event.attempt,
            to: event.to.clone(),
            due: event.due,
            commit: event.commit,
            again: None,
        };
        self.pending.insert(event.part.clone(), pending);
    }

    fn finish(&mut self, step: &str, took_effect: bool) {
        self.early.remove(step);
        self.failed.remove(step);
        self.add_done(step, took_effect, false);
    }

    fn add_done(&mut self, step: &str, took_effect: bool, is_unsure: bool) {
        let before = self.done.iter().position(|done| done.step == step);
        let before = before.map(|at| self.done.remove(at));
        self.done.push(Done {
            step: step.to_owned(),
            // An earlier attempt may have, of which nobody knows.
            took_effect: took_effect || before.is_some_and(|done| done.took_effect),
            is_undone: false,
            is_unsure,
        });
    }

    fn accept(&mut self, part: &Part, took_effect: bool) {
        self.pending.remove(part);
        match part {
            Part::Step(step) => self.finish(step, took_effect),
            // What was done in its place is not what its way back undoes.
            Part::Instead(step) => self.finish(step, false),
            Part::Undo(step) => self.undo(step),
            Part::Completed | Part::Failed => self.told = true,
            Part::On(..) | Part::Event(_) => {}
        }
    }

    fn undo(&mut self, step: &str) {
        for done in self.done.iter_mut().filter(|done| done.step == step) {
            done.is_undone = true;
        }
    }

    fn fail(&mut self, part: &Part) {
        let pending = self.pending.remove(part);
        self.left = pending
            .map(|pending| pending.to)
            .filter(|_| matches!(part, Part::On(..)));
        if let Part::Step(step) | Part::Instead(step) = part {
            self.failed.insert(step.clone());
        }
    }

    fn time_out(&mut self, part: &Part) {
        let pending = self.pending.get(part);
        // Nobody knows whether it came about, so it is undone as if it had.
        if let (Part::Step(step), Some(Asks::Effect)) = (part, pending.map(|pending| &pending.to)) {
            self.add_done(step, true, true);
        }
        self.fail(part);
    }

    fn resume(&mut self, skipped: bool) {
        let Some(stuck) = self.stuck.take() else {
            return;
        };
        match (skipped, stuck.part) {
            (true, Part::Event(position)) => self.pass(position),
            (true, part) => self.accept(&part, false),
            (false, Part::Event(position)) => self.deferred.push_front(position),
            (false, _) => {}
        }
    }
}

/// A map whose keys are no texts, as a list of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
    {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}
