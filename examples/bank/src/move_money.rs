//! Carries transfers out: takes money from one account and brings it to another, or puts it back.

use gesta::prelude::*;

use crate::account::{Deposit, Refund, Withdraw};
use crate::transfer::{Cancel, Complete, TransferRequested};

#[saga]
#[derive(PartialEq)]
pub struct MoveMoney {
    from: String,
    to: String,
    cents: u64,
}

#[saga]
impl MoveMoney {
    #[start]
    fn start(event: &TransferRequested) -> Self {
        Self {
            from: event.from.clone(),
            to: event.to.clone(),
            cents: event.cents,
        }
    }

    #[step(undo = refund)]
    fn debit(&self) -> Call<Withdraw> {
        let withdraw = Withdraw {
            cents: self.cents,
            memo: String::new(),
        };
        withdraw.to(&self.from)
    }

    // Neither tried again nor timed out: what becomes of a journal must not depend on how long it took.
    #[step]
    fn credit(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.to)
    }

    #[undo]
    fn refund(&self) -> Call<Refund> {
        Refund { cents: self.cents }.to(&self.from)
    }

    #[completed]
    fn complete(&self, ctx: &SagaContext) -> Call<Complete> {
        Complete {}.to(ctx.id())
    }

    #[failed]
    fn cancel(&self, ctx: &SagaContext, failure: &Failure) -> Call<Cancel> {
        let cancel = Cancel {
            why: failure.message().to_owned(),
            put_back: failure.step() != "debit",
        };
        cancel.to(ctx.id())
    }
}
