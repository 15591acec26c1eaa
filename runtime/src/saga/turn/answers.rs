//! An attempt was answered, or its time has come: what is tried again, and what has failed.

use std::time::Duration;

use super::code::cut;
use super::{Answer, Turn};
use crate::saga::Saga;
use crate::saga::context::Failure;
use crate::saga::event::{Asks, Part, SagaAccepted, SagaRefused, SagaTimedOut};
use crate::saga::graph::{Act, Retry};
use crate::saga::progress::{Pending, Phase};

/// The longest time between two attempts, unless the first is longer.
const LONGEST: Duration = Duration::from_secs(60);

impl<S: Saga> Turn<'_, S> {
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
            Answer::Unknown(error) => self.be_stuck(part.clone(), attempt, error),
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
    pub(super) fn tick_of(&mut self, part: &Part) {
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

    pub(super) fn refuse(&mut self, part: &Part, attempt: u32, error: &str) {
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

    pub(super) fn retry_of(&self, part: &Part) -> Retry {
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

    pub(super) fn time_out(&mut self, part: &Part, attempt: u32) {
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
    pub(super) fn give_up(&mut self, part: &Part, attempt: u32, error: &str, is_timeout: bool) {
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
    pub(super) fn can_do_without_what_failed(&self) -> bool {
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

    /// A step that is done, and after which nothing is undone.
    pub(super) fn pivot(&self) -> Option<&'static str> {
        let mut steps = self.graph.steps.iter();
        let pivot = steps.find(|step| step.is_pivot && self.progress.is_done(step.name));
        pivot.map(|step| step.name)
    }

    /// A step that may be done by now, and after which nothing is undone.
    pub(super) fn pivot_in_flight(&self, but: Option<&Part>) -> Option<&'static str> {
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
    pub(super) fn can_turn_back(&self, at: &Part) -> bool {
        self.pivot().is_none() && self.pivot_in_flight(Some(at)).is_none()
    }

    /// Whether the step took too long, is a pivot, and came about perhaps.
    pub(super) fn may_be_past_pivot(&self, step: &str) -> bool {
        let step = self.graph.find(step);
        step.is_some_and(|step| step.is_pivot && matches!(step.act, Act::Effect(_)))
    }
}

/// How long after an attempt the next one comes.
fn after(retry: Retry, attempt: u32) -> Duration {
    let longest = LONGEST.max(retry.backoff);
    let doubled = 1_u32.checked_shl(attempt.saturating_sub(1));
    doubled
        .and_then(|factor| retry.backoff.checked_mul(factor))
        .map_or(longest, |pause| pause.min(longest))
}
