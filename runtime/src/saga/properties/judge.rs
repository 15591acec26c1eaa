//! Reads what a saga decides, by rules of its own.

use std::collections::{BTreeSet, HashSet};

use super::plan::{Does, Plan};
use crate::saga::Progress;
use crate::saga::event::{Asks, Part, SagaEvent, SagaSent};

/// What was seen of a saga.
pub(super) struct Judge<'a> {
    plan: &'a Plan,
    /// So many events.
    pub(super) seen: usize,
    attempts: HashSet<(Part, u32)>,
    in_flight: BTreeSet<Part>,
    /// Steps behind which others may begin.
    done: BTreeSet<String>,
    /// What there is to be undone, the last at the end.
    to_undo: Vec<String>,
    undone: BTreeSet<String>,
    is_undoing: bool,
    has_ended: Option<bool>,
    /// Somebody has left out what it was stuck at, whatever that was.
    has_skipped: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            seen: 0,
            attempts: HashSet::new(),
            in_flight: BTreeSet::new(),
            done: BTreeSet::new(),
            to_undo: Vec::new(),
            undone: BTreeSet::new(),
            is_undoing: false,
            has_ended: None,
            has_skipped: false,
        }
    }

    pub(super) fn see(&mut self, event: &SagaEvent) {
        self.seen += 1;
        assert_eq!(self.has_ended, None, "{event:?} after the end");
        match event {
            SagaEvent::SagaSent(sent) => self.sent(sent),
            SagaEvent::SagaAccepted(accepted) => {
                self.in_flight.remove(&accepted.part);
                self.accepted(&accepted.part, accepted.attempt > 0);
            }
            SagaEvent::SagaRefused(refused) => drop(self.in_flight.remove(&refused.part)),
            SagaEvent::SagaTimedOut(late) => {
                self.in_flight.remove(&late.part);
                self.perhaps(&late.part);
            }
            SagaEvent::SagaTook(took) => self.took(took.step.as_deref()),
            SagaEvent::SagaUndoing(_) => self.undoing(),
            SagaEvent::SagaEnded(ended) => self.has_ended = Some(ended.completed),
            SagaEvent::SagaResumed(resumed) if resumed.skipped => self.has_skipped = true,
            _ => {}
        }
    }

    fn sent(&mut self, sent: &SagaSent) {
        let part = &sent.part;
        let is_new = self.attempts.insert((part.clone(), sent.attempt));
        assert!(is_new, "attempt {} of {part} is made twice", sent.attempt);
        match part {
            Part::Step(step) => self.begun(step),
            Part::Undo(step) => {
                let is_effect = matches!(sent.to, Asks::Effect);
                assert_eq!(is_effect, self.plan.find(step).undo_is_effect, "{part}");
                self.undone_next(step);
            }
            Part::Failed => assert!(self.is_undoing, "failed, and not undone"),
            Part::Instead(_) | Part::Completed => assert!(!self.is_undoing, "{part} while undoing"),
            Part::On(..) | Part::Event(_) => {}
        }
        self.in_flight.insert(part.clone());
    }

    fn begun(&self, name: &str) {
        assert!(!self.is_undoing, "{name} begins while all is undone");
        assert!(!self.done.contains(name), "{name} begins, and is done");
        let step = self.plan.find(name);
        let before = self.plan.names(step);
        let done = before.iter().filter(|step| self.done.contains(**step));
        // A step that is left out is done, which an event does not say here.
        assert!(
            self.has_skipped || done.count() >= step.count,
            "{name} begins before its predecessors are done"
        );
    }

    fn undone_next(&self, step: &str) {
        assert!(self.is_undoing, "{step} is undone while all goes on");
        assert!(!self.undone.contains(step), "{step} is undone twice");
        let forward = |part: &&Part| matches!(part, Part::Step(_) | Part::Instead(_));
        let step_in_flight = self
            .in_flight
            .iter()
            .filter(forward)
            .find(|part| self.is_asked(part));
        assert_eq!(step_in_flight, None, "undone while something is in flight");
        let next = self.to_undo.last().map(String::as_str);
        assert!(
            self.has_skipped || next == Some(step),
            "{step} is undone, and not {next:?}"
        );
        let is_done = self.to_undo.iter().any(|done| done == step);
        assert!(is_done, "{step} is undone, and was not done");
    }

    /// Whether somebody will answer: events that are awaited are waited for no longer.
    fn is_asked(&self, part: &Part) -> bool {
        match part {
            Part::Step(step) => self.plan.find(step).does != Does::Await,
            _ => true,
        }
    }

    fn accepted(&mut self, part: &Part, took_effect: bool) {
        match part {
            Part::Step(step) => {
                self.done.insert(step.clone());
                if took_effect {
                    self.may_be_done(step);
                }
            }
            Part::Instead(step) => drop(self.done.insert(step.clone())),
            Part::Undo(step) => {
                self.undone.insert(step.clone());
                self.to_undo.retain(|each| each != step);
            }
            _ => {}
        }
        if let Part::Step(step) | Part::Instead(step) = part
            && self.to_undo.contains(step)
        {
            self.may_be_done(step);
        }
    }

    fn may_be_done(&mut self, step: &str) {
        if self.plan.find(step).has_undo {
            self.to_undo.retain(|each| each != step);
            self.to_undo.push(step.to_owned());
        }
    }

    fn perhaps(&mut self, part: &Part) {
        if let Part::Step(step) = part
            && self.plan.find(step).does == Does::Effect
        {
            self.may_be_done(step);
        }
    }

    fn took(&mut self, step: Option<&str>) {
        if let Some(step) = step {
            let part = Part::Step(step.to_owned());
            if self.in_flight.remove(&part) {
                self.done.insert(step.to_owned());
            }
        }
    }

    fn undoing(&mut self) {
        assert!(!self.is_undoing, "undone twice");
        let is_pivot = |step: &&String| self.plan.find(step).is_pivot;
        assert_eq!(
            self.done.iter().find(is_pivot),
            None,
            "undone after a pivot"
        );
        self.is_undoing = true;
    }

    /// No more is to come.
    pub(super) fn end(&self, progress: &Progress) {
        match self.has_ended {
            None => assert!(progress.stuck.is_some(), "neither stuck nor at its end"),
            Some(true) => {
                let mut last = self.plan.last_steps();
                let open = last.find(|step| !self.done.contains(*step));
                assert!(
                    self.has_skipped || open.is_none(),
                    "completed without {open:?}"
                );
                assert!(!self.is_undoing, "completed, and undone");
            }
            Some(false) => {
                assert!(self.is_undoing, "compensated, and not undone");
                let open = self.to_undo.is_empty();
                assert!(
                    self.has_skipped || open,
                    "{:?} are not undone",
                    self.to_undo
                );
                let is_pivot = |step: &&String| self.plan.find(step).is_pivot;
                let pivot = self.done.iter().find(is_pivot);
                assert!(
                    self.has_skipped || pivot.is_none(),
                    "compensated past {pivot:?}"
                );
            }
        }
    }
}
