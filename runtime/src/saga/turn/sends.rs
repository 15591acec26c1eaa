//! Beginning an attempt.

use super::Turn;
use super::code::called;
use crate::saga::Saga;
use crate::saga::call::AnyCall;
use crate::saga::context::SagaContext;
use crate::saga::event::{Asks, Part, SagaAccepted, SagaSent, Target};
use crate::saga::graph::{Act, Does, Step};
use crate::time::Timestamp;

impl<S: Saga> Turn<'_, S> {
    /// Begins an attempt.
    pub(super) fn begin(&mut self, part: &Part, attempt: u32, due: Option<Timestamp>) {
        let graph = self.graph;
        let step = part.step().map(|name| graph.find(name));
        let step = match step {
            Some(None) => return self.stop_at_unknown(part, attempt),
            Some(found) => found,
            None => None,
        };
        if let Some(error) = self.unreadable.clone() {
            return self.be_stuck(part.clone(), attempt, error);
        }
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
        let made = match (way.map(|way| &way.does), &self.saga) {
            (Some(Does::Call(make)), Some(saga)) => called(|| make(saga, &ctx, &failure)),
            (Some(Does::Effect(_)), Some(_)) => {
                return self.send(part.clone(), attempt, None, Asks::Effect);
            }
            // There is no such way any more.
            _ => Ok(None),
        };
        self.made(part.clone(), attempt, None, made);
    }

    pub(super) fn begin_step(&mut self, step: &Step<S>, attempt: u32, due: Option<Timestamp>) {
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

    pub(super) fn made(
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

    pub(super) fn send(&mut self, part: Part, attempt: u32, due: Option<Timestamp>, to: Asks) {
        let commit = self.commit;
        self.emit(SagaSent {
            part,
            attempt,
            to,
            due,
            commit,
        });
    }

    pub(super) fn send_again(&mut self, part: &Part, attempt: u32) {
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

    pub(super) fn context(&self, attempt: u32) -> SagaContext {
        self.progress.context::<S>(self.id, self.now, attempt)
    }
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
