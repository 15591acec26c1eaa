//! What people ask of a saga.

use super::{Order, Turn};
use crate::saga::Saga;
use crate::saga::context::Failure;
use crate::saga::error::SagaError;
use crate::saga::event::{Part, SagaAccepted, SagaResumed};
use crate::saga::progress::Phase;

impl<S: Saga> Turn<'_, S> {
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

    pub(super) fn retry(&mut self) -> Result<(), SagaError> {
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

    pub(super) fn skip(&mut self, step: &str) -> Result<(), SagaError> {
        if let Some(stuck) = &self.progress.stuck
            && (stuck.part.to_string() == step
                || stuck.part.step() == Some(step)
                || self.graph.name_of(&stuck.part) == step)
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
                at: self.progress.at(),
            }),
        }
    }

    pub(super) fn compensate(&mut self) -> Result<(), SagaError> {
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

    /// The name of what is sent once all is done, if that is under way.
    pub(super) fn end_in_flight(&self) -> Option<&'static str> {
        let pending = self.progress.pending.get(&Part::Completed);
        pending.filter(|pending| pending.is_in_flight())?;
        self.graph.completed.as_ref().map(|way| way.name)
    }
}
