//! What a saga does next: from its progress and what has happened to new events. Pure.

mod answers;
mod code;
mod events;
mod orders;
mod sends;

use uuid::Uuid;

use super::Saga;
use super::context::Failure;
use super::error::SagaError;
use super::event::{Json, Part, SagaEnded, SagaEvent, SagaRenamed, SagaStuck, SagaUndoing};
use super::graph::Graph;
use super::progress::{Phase, Progress};
use crate::time::Timestamp;
use code::{cut, read};

/// What became of an attempt.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Accepted(Option<Json>),
    Refused(String),
    /// This program cannot make it, and another may have: nobody knows what became of it.
    Unknown(String),
    /// Its time is up, and it can no longer take effect.
    TimedOut,
}

/// What people ask of a saga.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// Try again what it is stuck at.
    Retry,
    /// Go on without this step.
    Skip(String),
    /// Undo all that is done.
    Compensate,
}

/// One decision of a saga.
pub(crate) struct Turn<'a, S> {
    graph: &'a Graph<S>,
    id: &'a str,
    now: Timestamp,
    commit: Uuid,
    saga: Option<S>,
    /// Why the state of a saga that has one cannot be read: it is stuck once that is needed, and others go on.
    unreadable: Option<String>,
    pub(crate) progress: Progress,
    pub(crate) events: Vec<SagaEvent>,
}

impl<'a, S: Saga> Turn<'a, S> {
    /// # Errors
    /// A saga that this program cannot go on with.
    pub(crate) fn new(
        graph: &'a Graph<S>,
        id: &'a str,
        now: Timestamp,
        commit: Uuid,
        progress: Progress,
    ) -> Result<Self, SagaError> {
        if progress.version > S::VERSION {
            return Err(SagaError::Newer {
                id: id.to_owned(),
                version: progress.version,
                known: S::VERSION,
            });
        }
        let (saga, unreadable) = match read(id, progress.state.as_ref()) {
            Ok(saga) => (saga, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut turn = Self {
            graph,
            id,
            now,
            commit,
            saga,
            unreadable,
            progress,
            events: Vec::new(),
        };
        if !turn.progress.has_ended() {
            turn.rename_steps();
            turn.stop_at_unknown_steps();
        }
        Ok(turn)
    }

    /// Goes on under the names of today. It is an event, so that all who fold the events know them by the same names.
    fn rename_steps(&mut self) {
        for step in &self.graph.steps {
            for was in step.was {
                if self.progress.knows(was) {
                    self.emit(SagaRenamed {
                        was: (*was).to_owned(),
                        now: step.name.to_owned(),
                    });
                }
            }
        }
    }

    fn emit(&mut self, event: impl Into<SagaEvent>) {
        let event = event.into();
        self.progress.apply(&event);
        self.events.push(event);
    }

    /// Does all that can be done now.
    fn go_on(&mut self) {
        self.stop_at_unknown_steps();
        while self.progress.stuck.is_none() && self.move_on() {}
    }

    /// Does one thing; `false` if there is nothing to do.
    fn move_on(&mut self) -> bool {
        let before = self.events.len();
        match self.progress.phase {
            Phase::Running => self.run(),
            Phase::Completing if self.progress.told => self.emit(SagaEnded { completed: true }),
            Phase::Undoing if self.progress.pending.is_empty() => self.undo_one(),
            _ => {}
        }
        self.events.len() > before
    }

    fn run(&mut self) {
        if self.is_finished() {
            let pending = &mut self.progress.pending.values();
            if pending.any(|each| each.is_in_flight() || each.again.is_some())
                || !self.progress.deferred.is_empty()
            {
                return;
            }
            match &self.graph.completed {
                Some(_) if !self.progress.told && self.has_state() => {
                    self.begin(&Part::Completed, 1, None)
                }
                _ => self.emit(SagaEnded { completed: true }),
            }
        } else if !self.has_state() && !self.progress.ends && self.progress.deferred.is_empty() {
            // What would have started it was left out.
            self.emit(SagaEnded { completed: false });
        } else if let Some(step) = self.ready() {
            self.begin(&Part::Step(step.to_owned()), 1, None);
        }
    }

    fn has_state(&self) -> bool {
        self.saga.is_some() || self.unreadable.is_some()
    }

    fn is_finished(&self) -> bool {
        if self.progress.ends {
            return true;
        }
        let mut last = self.graph.last_steps().peekable();
        last.peek().is_some() && last.all(|step| self.progress.is_done(step.name))
    }

    /// A step that may begin.
    fn ready(&self) -> Option<&'static str> {
        if !self.has_state() {
            return None;
        }
        let progress = &self.progress;
        let begun = |name: &str| {
            let is_pending =
                |part: fn(String) -> Part| progress.pending.contains_key(&part(name.to_owned()));
            progress.is_done(name)
                || progress.failed.contains(name)
                || is_pending(Part::Step)
                || is_pending(Part::Instead)
        };
        let mut steps = self.graph.steps.iter();
        let ready = steps.find(|step| {
            let done = step
                .after
                .steps
                .iter()
                .filter(|name| progress.is_done(name));
            !begun(step.name) && done.count() >= step.after.count
        });
        ready.map(|step| step.name)
    }

    /// Undoes the last that is not undone; at the end of all, tells it and ends.
    fn undo_one(&mut self) {
        let mut done = self.progress.done.iter().rev();
        let next = done.find(|done| {
            let step = self.graph.find(&done.step);
            done.took_effect && !done.is_undone && step.is_none_or(|step| step.undo.is_some())
        });
        if let Some(next) = next {
            let part = Part::Undo(next.step.clone());
            return self.begin(&part, 1, None);
        }
        match &self.graph.failed {
            Some(_) if !self.progress.told && self.has_state() => {
                self.begin(&Part::Failed, 1, None)
            }
            _ => self.emit(SagaEnded { completed: false }),
        }
    }

    fn undo_all(&mut self, failure: Failure) {
        self.emit(SagaUndoing { failure });
    }

    fn be_stuck(&mut self, part: Part, attempt: u32, error: String) {
        self.emit(SagaStuck {
            part,
            attempt,
            error: cut(&error),
        });
    }

    fn stop_at_unknown_steps(&mut self) {
        if self.progress.stuck.is_some() {
            return;
        }
        let pending = self.progress.pending.iter();
        let mut unknown = pending.filter(|(part, _)| {
            part.step()
                .is_some_and(|step| self.graph.find(step).is_none())
        });
        if let Some((part, pending)) = unknown.next() {
            let (part, attempt) = (part.clone(), pending.attempt);
            self.stop_at_unknown(&part, attempt);
        }
    }

    fn stop_at_unknown(&mut self, part: &Part, attempt: u32) {
        let step = part.step().unwrap_or_default();
        let error = format!("version {} of the saga has no step `{step}`", S::VERSION);
        self.be_stuck(part.clone(), attempt, error);
    }
}
