//! An event has come: who takes it, and what becomes of the state.

use super::Turn;
use super::code::{json, read, said_of};
use crate::event::{EventObject, Recorded};
use crate::saga::call::Reaction;
use crate::saga::event::{Json, Part, SagaDeferred, SagaStarted, SagaTook};
use crate::saga::progress::Phase;
use crate::saga::trigger::{Takes, Trigger};
use crate::saga::{Saga, SagaRoot};

impl<S: Saga> Turn<'_, S> {
    /// An event has come.
    pub(crate) fn take(&mut self, trigger: &Trigger<S>, event: &dyn EventObject, by: &Recorded) {
        let at = by.position;
        let is_stuck = self.progress.stuck.is_some();
        let is_next = !is_stuck && self.progress.deferred.front() == Some(&at);
        if self.progress.has_ended() || (at <= self.progress.position && !is_next) {
            return;
        }
        let waits = is_stuck || (!self.progress.deferred.is_empty() && !is_next);
        if self.progress.exists() && waits {
            return self.emit(SagaDeferred { by: at });
        }
        match &trigger.takes {
            Takes::Start(start) => {
                if !self.progress.exists() || self.progress.state.is_none() {
                    self.start(said_of(|| start(event, by)), by);
                }
            }
            Takes::Alone(react) => self.be_alone(said_of(|| react(event, by)), by),
            Takes::On(react) => {
                let ctx = self.context(1);
                if self.progress.phase == Phase::Running
                    && !self.stops_unread(at)
                    && let Some(saga) = &mut self.saga
                {
                    let reaction = said_of(|| react(saga, event, by, &ctx));
                    self.react(reaction, at);
                }
            }
            Takes::Step(step, take) => {
                let is_open = !self.progress.is_done(step)
                    && !self.progress.early.contains(*step)
                    && !self.progress.failed.contains(*step);
                let is_running = self.progress.phase == Phase::Running;
                if is_open
                    && is_running
                    && !self.stops_unread(at)
                    && let Some(saga) = &mut self.saga
                {
                    let taken = said_of(|| take(saga, event, by));
                    self.take_for(step, taken, at);
                }
            }
        }
        if is_next && self.progress.deferred.front() == Some(&at) && self.progress.stuck.is_none() {
            // It is none of its own by now.
            self.emit(SagaTook {
                by: at,
                state: None,
                step: None,
                end: false,
            });
        }
        self.go_on();
    }

    /// Whether the saga is stuck at an event now, as its state cannot be read.
    fn stops_unread(&mut self, at: u64) -> bool {
        let Some(error) = self.unreadable.clone() else {
            return false;
        };
        self.be_stuck(Part::Event(at), 1, error);
        true
    }

    pub(super) fn start(&mut self, started: Result<Option<S>, String>, by: &Recorded) {
        let started = started.and_then(|saga| Ok((saga.as_ref().map(json).transpose()?, saga)));
        match started {
            Ok((None, _)) => {}
            Ok((state, saga)) => {
                self.begin_at(state, by, false);
                self.saga = saga;
            }
            Err(error) => {
                self.begin_at(None, by, false);
                self.be_stuck(Part::Event(by.position), 1, error);
            }
        }
    }

    pub(super) fn be_alone(&mut self, reaction: Result<Reaction, String>, by: &Recorded) {
        self.begin_at(None, by, true);
        match reaction {
            Ok(reaction) => self.send_all(reaction, by.position),
            Err(error) => self.be_stuck(Part::Event(by.position), 1, error),
        }
    }

    pub(super) fn begin_at(&mut self, state: Option<Json>, by: &Recorded, alone: bool) {
        let own = || format!("{}/{}", <S as SagaRoot>::NAME, self.id);
        self.emit(SagaStarted {
            version: S::VERSION,
            at: self.now,
            by: by.position,
            state,
            correlation: Some(by.meta.correlation.clone().unwrap_or_else(own)),
            actor: by.meta.actor.clone(),
            alone,
        });
    }

    pub(super) fn react(&mut self, reaction: Result<Reaction, String>, at: u64) {
        match reaction.and_then(|reaction| Ok((self.changed()?, reaction))) {
            Ok((state, reaction)) => {
                let end = reaction.end;
                self.emit(SagaTook {
                    by: at,
                    state,
                    step: None,
                    end,
                });
                self.send_all(reaction, at);
            }
            Err(error) => {
                self.forget_changes();
                self.be_stuck(Part::Event(at), 1, error);
            }
        }
    }

    /// Goes back to the state that is stored, where a method has failed halfway.
    pub(super) fn forget_changes(&mut self) {
        self.saga = read(self.id, self.progress.state.as_ref()).unwrap_or_default();
    }

    pub(super) fn send_all(&mut self, reaction: Reaction, at: u64) {
        for (number, call) in (1..).zip(reaction.calls) {
            self.made(Part::On(at, number), 1, None, Ok(Some(call)));
        }
    }

    pub(super) fn take_for(&mut self, step: &str, taken: Result<(), String>, at: u64) {
        let part = Part::Step(step.to_owned());
        match taken.and_then(|()| self.changed()) {
            Ok(state) => {
                let step = Some(step.to_owned());
                self.emit(SagaTook {
                    by: at,
                    state,
                    step,
                    end: false,
                });
            }
            Err(error) => {
                self.forget_changes();
                self.fail_to_take(&part, &error, at);
            }
        }
    }

    pub(super) fn fail_to_take(&mut self, part: &Part, error: &str, at: u64) {
        let pending = self.progress.pending.get(part);
        let Some(attempt) = pending.map(|pending| pending.attempt) else {
            return self.be_stuck(Part::Event(at), 1, error.to_owned());
        };
        self.emit(SagaTook {
            by: at,
            state: None,
            step: None,
            end: false,
        });
        self.give_up(part, attempt, error, false);
    }

    /// The state as JSON, if it is another than before.
    pub(super) fn changed(&self) -> Result<Option<Json>, String> {
        let state = self.saga.as_ref().map(json).transpose()?;
        let before = self.progress.state.as_ref().map(|state| state.get());
        Ok(state.filter(|state| Some(state.get()) != before))
    }
}
