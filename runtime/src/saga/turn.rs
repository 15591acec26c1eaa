//! What a saga does next: from its progress and what has happened to new events. Pure.

use std::time::Duration;

use uuid::Uuid;

use super::call::{AnyCall, Reaction};
use super::context::{Failure, SagaContext};
use super::error::SagaError;
use super::event::{
    Asks, Json, Part, SagaAccepted, SagaDeferred, SagaEnded, SagaEvent, SagaRefused, SagaRenamed,
    SagaResumed, SagaSent, SagaStarted, SagaStuck, SagaTimedOut, SagaTook, SagaUndoing, Target,
};
use super::graph::{Act, Graph, Made, Retry, Step};
use super::progress::{Pending, Phase, Progress};
use super::trigger::{Takes, Trigger};
use super::{Saga, SagaRoot};
use crate::dispatch::caught;
use crate::event::{EventObject, Recorded};
use crate::feed::said;
use crate::projection::HandlerError;
use crate::time::Timestamp;

/// The longest time between two attempts, unless the first is longer.
const LONGEST: Duration = Duration::from_secs(60);
/// What is kept of what was said.
const SAID: usize = 2_000;

/// What became of an attempt.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Accepted(Option<Json>),
    Refused(String),
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
        let mut turn = Self {
            graph,
            id,
            now,
            commit,
            saga: read(id, progress.state.as_ref())?,
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
                if let Some(saga) = self
                    .saga
                    .as_mut()
                    .filter(|_| self.progress.phase == Phase::Running)
                {
                    let reaction = said_of(|| react(saga, event, by, &ctx));
                    self.react(reaction, at);
                }
            }
            Takes::Step(step, take) => {
                let is_open = !self.progress.is_done(step)
                    && !self.progress.early.contains(*step)
                    && !self.progress.failed.contains(*step);
                if let Some(saga) = self
                    .saga
                    .as_mut()
                    .filter(|_| is_open && self.progress.phase == Phase::Running)
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

    fn start(&mut self, started: Result<Option<S>, String>, by: &Recorded) {
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

    fn be_alone(&mut self, reaction: Result<Reaction, String>, by: &Recorded) {
        self.begin_at(None, by, true);
        match reaction {
            Ok(reaction) => self.send_all(reaction, by.position),
            Err(error) => self.be_stuck(Part::Event(by.position), 1, error),
        }
    }

    fn begin_at(&mut self, state: Option<Json>, by: &Recorded, alone: bool) {
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

    fn react(&mut self, reaction: Result<Reaction, String>, at: u64) {
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
    fn forget_changes(&mut self) {
        self.saga = read(self.id, self.progress.state.as_ref()).unwrap_or_default();
    }

    fn send_all(&mut self, reaction: Reaction, at: u64) {
        for (number, call) in (1..).zip(reaction.calls) {
            self.made(Part::On(at, number), 1, None, Ok(Some(call)));
        }
    }

    fn take_for(&mut self, step: &str, taken: Result<(), String>, at: u64) {
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

    fn fail_to_take(&mut self, part: &Part, error: &str, at: u64) {
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
    fn changed(&self) -> Result<Option<Json>, String> {
        let state = self.saga.as_ref().map(json).transpose()?;
        let before = self.progress.state.as_ref().map(|state| state.get());
        Ok(state.filter(|state| Some(state.get()) != before))
    }

    /// An attempt was answered.
    pub(crate) fn answer(&mut self, part: &Part, attempt: u32, answer: Answer) {
        if self.progress.stuck.is_some() || !self.progress.awaits(part, attempt) {
            return;
        }
        match answer {
            Answer::Accepted(result) => self.emit(SagaAccepted {
                part: part.clone(),
                attempt,
                result,
            }),
            Answer::Refused(error) => self.refuse(part, attempt, &error),
            Answer::TimedOut => self.time_out(part, attempt),
        }
        self.go_on();
    }

    /// Some time has passed.
    pub(crate) fn tick(&mut self) {
        if self.progress.stuck.is_some() {
            return;
        }
        let pending = self.progress.pending.iter();
        let mut pending: Vec<_> = pending
            .filter_map(|(part, pending)| Some((pending.next_time()?, part.clone())))
            .collect();
        pending.sort();
        for (_, part) in pending {
            if self.progress.stuck.is_none() {
                self.tick_of(&part);
            }
        }
        self.go_on();
    }

    /// What is before this in the same tick may have ended it.
    fn tick_of(&mut self, part: &Part) {
        let Some(pending) = self.progress.pending.get(part) else {
            return;
        };
        let (attempt, due) = (pending.attempt, pending.due);
        let is_again = pending.again.is_some_and(|again| again <= self.now);
        let can_be_given_up = pending.again.is_some() || !matches!(pending.to, Asks::Command(_));
        if due.is_some_and(|due| due <= self.now) && can_be_given_up {
            self.time_out(part, attempt);
        } else if is_again {
            self.begin(part, attempt + 1, due);
        }
    }

    /// Somebody asks for something.
    ///
    /// # Errors
    /// Why it cannot be done: nothing changes.
    pub(crate) fn obey(&mut self, order: &Order) -> Result<(), SagaError> {
        let id = || self.id.to_owned();
        if !self.progress.exists() {
            return Err(SagaError::NotFound { id: id() });
        }
        if self.progress.has_ended() {
            return Err(SagaError::Ended { id: id() });
        }
        match order {
            Order::Retry => self.retry()?,
            Order::Skip(step) => self.skip(step)?,
            Order::Compensate => self.compensate()?,
        }
        self.go_on();
        Ok(())
    }

    fn retry(&mut self) -> Result<(), SagaError> {
        let stuck = self
            .progress
            .stuck
            .clone()
            .ok_or_else(|| SagaError::NotStuck {
                id: self.id.to_owned(),
            })?;
        self.emit(SagaResumed { skipped: false });
        let is_pending = self.progress.pending.contains_key(&stuck.part);
        if !is_pending && !matches!(stuck.part, Part::Event(_)) {
            self.begin(&stuck.part, stuck.attempt + 1, None);
        }
        Ok(())
    }

    fn skip(&mut self, step: &str) -> Result<(), SagaError> {
        if let Some(stuck) = &self.progress.stuck
            && (stuck.part.to_string() == step || stuck.part.step() == Some(step))
        {
            self.emit(SagaResumed { skipped: true });
            return Ok(());
        }
        let part = Part::Step(step.to_owned());
        match self.progress.pending.get(&part) {
            Some(pending) if pending.is_in_flight() => Err(SagaError::InFlight {
                step: step.to_owned(),
            }),
            Some(_) => {
                self.emit(SagaResumed { skipped: true });
                self.emit(SagaAccepted {
                    part,
                    attempt: 0,
                    result: None,
                });
                Ok(())
            }
            None => Err(SagaError::NotThere {
                id: self.id.to_owned(),
                step: step.to_owned(),
            }),
        }
    }

    fn compensate(&mut self) -> Result<(), SagaError> {
        if self.progress.phase == Phase::Undoing {
            return Ok(());
        }
        if let Some(pivot) = self.pivot() {
            return Err(SagaError::PastPivot {
                id: self.id.to_owned(),
                step: pivot.to_owned(),
            });
        }
        if let Some(step) = self.end_in_flight().or_else(|| self.pivot_in_flight(None)) {
            return Err(SagaError::InFlight {
                step: step.to_owned(),
            });
        }
        let step = self
            .progress
            .stuck
            .as_ref()
            .map(|stuck| stuck.part.to_string());
        self.undo_all(Failure {
            step: step.unwrap_or_default(),
            message: "somebody asked for it to be undone".to_owned(),
            is_timeout: false,
        });
        Ok(())
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
                Some(_) if !self.progress.told && self.saga.is_some() => {
                    self.begin(&Part::Completed, 1, None)
                }
                _ => self.emit(SagaEnded { completed: true }),
            }
        } else if self.saga.is_none() && !self.progress.ends && self.progress.deferred.is_empty() {
            // What would have started it was left out.
            self.emit(SagaEnded { completed: false });
        } else if let Some(step) = self.ready() {
            self.begin(&Part::Step(step.to_owned()), 1, None);
        }
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
        self.saga.as_ref()?;
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
            Some(_) if !self.progress.told && self.saga.is_some() => {
                self.begin(&Part::Failed, 1, None)
            }
            _ => self.emit(SagaEnded { completed: false }),
        }
    }

    /// Begins an attempt.
    fn begin(&mut self, part: &Part, attempt: u32, due: Option<Timestamp>) {
        let graph = self.graph;
        let step = part.step().map(|name| graph.find(name));
        let step = match step {
            Some(None) => return self.stop_at_unknown(part, attempt),
            Some(found) => found,
            None => None,
        };
        let way = match (part, step) {
            (Part::Step(_), Some(step)) => return self.begin_step(step, attempt, due),
            (Part::Undo(_), Some(step)) => step.undo.as_ref(),
            (Part::Instead(_), Some(step)) => step.on_timeout.as_ref(),
            (Part::Completed, _) => graph.completed.as_ref(),
            (Part::Failed, _) => graph.failed.as_ref(),
            // What an event asked for is sent again as it was.
            (Part::On(..), _) => return self.send_again(part, attempt),
            _ => None,
        };
        let ctx = self.context(attempt);
        let failure = self.progress.failure.clone().unwrap_or_default();
        let made = match (way, &self.saga) {
            (Some(way), Some(saga)) => called(|| (way.make)(saga, &ctx, &failure)),
            // There is no such way any more.
            _ => Ok(None),
        };
        self.made(part.clone(), attempt, None, made);
    }

    fn begin_step(&mut self, step: &Step<S>, attempt: u32, due: Option<Timestamp>) {
        let due = due.or_else(|| step.timeout.map(|timeout| self.now + timeout));
        let part = Part::Step(step.name.to_owned());
        let ctx = self.context(attempt);
        match &step.act {
            Act::Call(make) => {
                let made = match &self.saga {
                    Some(saga) => called(|| make(saga, &ctx)),
                    None => Ok(None),
                };
                self.made(part, attempt, due, made);
            }
            Act::Effect(_) => self.send(part, attempt, due, Asks::Effect),
            Act::Await(_) if self.progress.early.contains(step.name) => {
                self.emit(SagaAccepted {
                    part,
                    attempt: 0,
                    result: None,
                });
            }
            Act::Await(event) => self.send(part, attempt, due, Asks::Event((*event).to_owned())),
        }
    }

    fn made(
        &mut self,
        part: Part,
        attempt: u32,
        due: Option<Timestamp>,
        made: Result<Option<AnyCall>, String>,
    ) {
        let target = made.and_then(|call| call.map(Target::try_from).transpose());
        match target {
            Ok(Some(target)) => self.send(part, attempt, due, Asks::Command(target)),
            Ok(None) => {
                self.emit(SagaAccepted {
                    part,
                    attempt: 0,
                    result: None,
                });
            }
            Err(error) => self.give_up(&part, attempt, &error, false),
        }
    }

    fn send(&mut self, part: Part, attempt: u32, due: Option<Timestamp>, to: Asks) {
        let commit = self.commit;
        self.emit(SagaSent {
            part,
            attempt,
            to,
            due,
            commit,
        });
    }

    fn send_again(&mut self, part: &Part, attempt: u32) {
        let last = self
            .progress
            .pending
            .get(part)
            .map(|pending| pending.to.clone());
        let last = last.or_else(|| self.progress.left.clone());
        if let Some(to) = last {
            self.send(part.clone(), attempt, None, to);
        }
    }

    fn refuse(&mut self, part: &Part, attempt: u32, error: &str) {
        let retry = self.retry_of(part);
        let is_wanted =
            self.progress.phase != Phase::Undoing || matches!(part, Part::Undo(_) | Part::Failed);
        if attempt > retry.times || !is_wanted {
            return self.give_up(part, attempt, error, false);
        }
        self.emit(SagaRefused {
            part: part.clone(),
            attempt,
            error: cut(error),
            again: Some(self.now + after(retry, attempt)),
        });
    }

    fn retry_of(&self, part: &Part) -> Retry {
        let own = part.step().and_then(|step| self.graph.find(step));
        let own = own.and_then(|step| step.retry);
        match part {
            Part::Step(_) | Part::Instead(_) if self.can_turn_back(part) => {
                own.unwrap_or(Retry::NONE)
            }
            Part::Step(_) | Part::Instead(_) => own.unwrap_or(Retry::PATIENT),
            Part::On(..) => Retry::NONE,
            _ => Retry::PATIENT,
        }
    }

    fn time_out(&mut self, part: &Part, attempt: u32) {
        let step = part.step().and_then(|step| self.graph.find(step));
        let has_way = step.is_some_and(|step| step.on_timeout.is_some());
        match part {
            Part::Step(step) if has_way && self.progress.phase == Phase::Running => {
                let instead = Part::Instead(step.clone());
                self.emit(SagaTimedOut {
                    part: part.clone(),
                    attempt,
                });
                self.begin(&instead, 1, None);
            }
            _ => self.give_up(part, attempt, "it took too long", true),
        }
    }

    /// What is not tried again has failed.
    fn give_up(&mut self, part: &Part, attempt: u32, error: &str, is_timeout: bool) {
        let error = cut(error);
        match is_timeout {
            true => self.emit(SagaTimedOut {
                part: part.clone(),
                attempt,
            }),
            false => self.emit(SagaRefused {
                part: part.clone(),
                attempt,
                error: error.clone(),
                again: None,
            }),
        }
        let goes_on = match part {
            Part::Step(_) | Part::Instead(_) => {
                self.progress.phase == Phase::Undoing || self.can_do_without_what_failed()
            }
            Part::On(..) => self.progress.phase == Phase::Undoing,
            _ => false,
        };
        if goes_on {
            return;
        }
        let can_be_undone = self.can_turn_back(part)
            && match part {
                Part::Step(step) if is_timeout => !self.may_be_past_pivot(step),
                Part::Step(_) | Part::Instead(_) => true,
                Part::On(..) => self.graph.failed.is_some() || !self.graph.steps.is_empty(),
                _ => false,
            };
        if !can_be_undone {
            return self.be_stuck(part.clone(), attempt, error);
        }
        self.undo_all(Failure {
            step: part.step().map_or_else(|| part.to_string(), str::to_owned),
            message: error,
            is_timeout,
        });
    }

    /// Whether the saga can still come to its end, now that a step has failed.
    fn can_do_without_what_failed(&self) -> bool {
        if self.progress.ends {
            return true;
        }
        let progress = &self.progress;
        let mut reached: Vec<_> = self.graph.steps.iter().map(|step| step.name).collect();
        reached.retain(|step| progress.is_done(step));
        // Each round adds what may begin once all that was reached is done.
        while let Some(step) = self.graph.steps.iter().find(|step| {
            let before = step.after.steps.iter().filter(|it| reached.contains(*it));
            let instead = Part::Instead(step.name.to_owned());
            let has_failed =
                progress.failed.contains(step.name) && !progress.pending.contains_key(&instead);
            !reached.contains(&step.name) && !has_failed && before.count() >= step.after.count
        }) {
            reached.push(step.name);
        }
        let mut last = self.graph.last_steps();
        last.all(|step| reached.contains(&step.name))
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

    /// A step that is done, and after which nothing is undone.
    fn pivot(&self) -> Option<&'static str> {
        let mut steps = self.graph.steps.iter();
        let pivot = steps.find(|step| step.is_pivot && self.progress.is_done(step.name));
        pivot.map(|step| step.name)
    }

    /// A step that may be done by now, and after which nothing is undone.
    fn pivot_in_flight(&self, but: Option<&Part>) -> Option<&'static str> {
        let mut steps = self.graph.steps.iter().filter(|step| step.is_pivot);
        let pivot = steps.find(|step| {
            let ways = [Part::Step, Part::Instead].map(|way| way(step.name.to_owned()));
            ways.iter().filter(|way| Some(*way) != but).any(|way| {
                let pending = self.progress.pending.get(way);
                pending.is_some_and(Pending::is_in_flight)
            })
        });
        pivot.map(|step| step.name)
    }

    /// Whether what was done can be undone where this fails. While a pivot is in flight nobody knows.
    fn can_turn_back(&self, at: &Part) -> bool {
        self.pivot().is_none() && self.pivot_in_flight(Some(at)).is_none()
    }

    /// Whether the step took too long, is a pivot, and came about perhaps.
    fn may_be_past_pivot(&self, step: &str) -> bool {
        let step = self.graph.find(step);
        step.is_some_and(|step| step.is_pivot && matches!(step.act, Act::Effect(_)))
    }

    /// The name of what is sent once all is done, if that is under way.
    fn end_in_flight(&self) -> Option<&'static str> {
        let pending = self.progress.pending.get(&Part::Completed);
        pending.filter(|pending| pending.is_in_flight())?;
        self.graph.completed.as_ref().map(|way| way.name)
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

    fn context(&self, attempt: u32) -> SagaContext {
        self.progress.context(self.id, self.now, attempt)
    }
}

fn read<S: Saga>(id: &str, state: Option<&Json>) -> Result<Option<S>, SagaError> {
    let Some(state) = state else {
        return Ok(None);
    };
    let read = caught(|| serde_json::from_str(state.get()).map_err(|error| error.to_string()));
    let read = read.unwrap_or_else(|panic| Err(format!("the code panicked: {panic}")));
    read.map(Some).map_err(|error| SagaError::Unreadable {
        id: id.to_owned(),
        error,
    })
}

fn json<S: Saga>(saga: &S) -> Result<Json, String> {
    let json = caught(|| serde_json::value::to_raw_value(saga).map_err(|error| error.to_string()));
    let json = json.unwrap_or_else(|panic| Err(format!("the code panicked: {panic}")))?;
    // What is stored and cannot be read ends the saga.
    let read: Result<Option<S>, _> = read("", Some(&json));
    read.map_err(|error| error.to_string())?;
    Ok(json)
}

/// What code of the user's gave, or what it said.
fn said_of<T>(run: impl FnOnce() -> Result<T, HandlerError>) -> Result<T, String> {
    match caught(run) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(said(&*error)),
        Err(panic) => Err(format!("the code panicked: {panic}")),
    }
}

fn called(make: impl FnOnce() -> Made) -> Result<Option<AnyCall>, String> {
    said_of(make)
}

/// How long after an attempt the next one comes.
fn after(retry: Retry, attempt: u32) -> Duration {
    let longest = LONGEST.max(retry.backoff);
    let doubled = 1_u32.checked_shl(attempt.saturating_sub(1));
    doubled
        .and_then(|factor| retry.backoff.checked_mul(factor))
        .map_or(longest, |pause| pause.min(longest))
}

/// What was said, as text that every store keeps.
fn cut(said: &str) -> String {
    let said = said.chars().take(SAID);
    said.map(|char| if char == '\0' { '\u{fffd}' } else { char })
        .collect()
}

impl TryFrom<AnyCall> for Target {
    type Error = String;

    fn try_from(call: AnyCall) -> Result<Self, String> {
        Ok(Self {
            aggregate: call.aggregate.to_owned(),
            id: call.id,
            command: call.command.to_owned(),
            json: serde_json::value::RawValue::from_string(call.json)
                .map_err(|error| error.to_string())?,
        })
    }
}
