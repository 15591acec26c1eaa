//! The transfers of a journal: each is asked for, and carried out by a saga. The journal goes on once that has ended.

use std::time::Duration;

use gesta::{SagaError, SagaStatus, SagaSummary};

use super::{Import, command_id};
use crate::error::{BankError, with_causes};
use crate::journal::Line;
use crate::move_money::MoveMoney;
use crate::outcome::{Outcome, is_refusal};
use crate::transfer::{Request, Transfer};

/// How long a transfer may take. One that was left by a process that died waits until the lease of that is over.
const PATIENCE: Duration = Duration::from_secs(120);

impl Import {
    /// Asks for a transfer, whose id is that of the line, and waits for its end.
    pub(super) async fn transfer(
        &self,
        line: &Line,
        to: &str,
        cents: u64,
    ) -> Result<Outcome, BankError> {
        let request = Request {
            from: line.account.clone(),
            to: to.to_owned(),
            cents,
        };
        let id = command_id(line, "do");
        let mut command = self.app.send(&line.id, request).command_id(id);
        command = command.correlation(&line.id);
        if let Some(clerk) = &line.clerk {
            command = command.actor(clerk);
        }
        match self.count(command.await) {
            Ok(requested) => self.end_of(line, requested.duplicate).await,
            Err(error) if is_refusal(&error) => self.refuse(line, with_causes(&error)).await,
            Err(error) => Err(BankError::interrupted(line.number, error)),
        }
    }

    /// What becomes of a transfer; `before` if it was asked for in an earlier run.
    async fn end_of(&self, line: &Line, before: bool) -> Result<Outcome, BankError> {
        let saga = self.ended(line).await?;
        if saga.status == SagaStatus::Stuck {
            return Err(BankError::Stuck {
                line: line.number,
                id: saga.id,
                error: saga.error.unwrap_or_default(),
            });
        }
        let transfer = self.app.load::<Transfer>(&line.id).await?;
        Ok(match transfer.state.cancelled {
            Some(cancelled) => Outcome::Cancelled {
                why: cancelled.why,
                put_back: cancelled.put_back,
                before,
            },
            None if before => Outcome::DoneBefore,
            None => Outcome::Done,
        })
    }

    /// Waits until a saga needs nothing more, or somebody.
    async fn ended(&self, line: &Line) -> Result<SagaSummary, BankError> {
        let saga = self.app.saga::<MoveMoney>(&line.id);
        match saga.ended(PATIENCE).await {
            Ok(saga) if !saga.status.goes_on() => Ok(saga),
            // It is under way, or its event has not come to it yet.
            Ok(_) | Err(SagaError::NotFound { .. }) => {
                Err(BankError::Unfinished { line: line.number })
            }
            Err(error) => Err(error.into()),
        }
    }
}
