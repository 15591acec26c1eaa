#![deny(warnings)]

use gesta::prelude::*;
use gesta::{AggregateId, SagaRoot};

#[derive(Debug, Clone, PartialEq, AggregateId)]
pub struct TransferId(u64);

#[event]
pub struct TransferRequested {
    pub from: String,
    pub to: String,
    pub cents: u64,
}

#[event]
pub struct TransferEnded {
    pub why: Option<String>,
}

#[aggregate(id = TransferId)]
#[derive(Default)]
pub struct Transfer;

#[aggregate]
impl Transfer {
    #[command]
    fn complete(&self) -> TransferEnded {
        TransferEnded { why: None }
    }

    #[command]
    fn cancel(&self, why: String) -> TransferEnded {
        TransferEnded { why: Some(why) }
    }

    #[apply]
    fn requested(&mut self, _: &TransferRequested) {}

    #[apply]
    fn ended(&mut self, _: &TransferEnded) {}
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[command]
    fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    fn withdraw(&self, cents: u64) -> Withdrawn {
        Withdrawn { cents }
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

/// Moves money between two accounts, or puts it back.
#[saga]
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
        Withdraw { cents: self.cents }.to(&self.from)
    }

    #[step(retry(times = 5, backoff = "200ms"), timeout = "30s")]
    fn credit(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.to)
    }

    #[undo]
    fn refund(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.from)
    }

    #[completed]
    fn complete(&self, ctx: &SagaContext) -> Result<Call<Complete>, gesta::InvalidSagaId> {
        Ok(Complete {}.to(ctx.id_as::<TransferId>()?))
    }

    #[failed]
    fn cancel(
        &self,
        failure: &Failure,
        ctx: &SagaContext,
    ) -> Result<Call<Cancel>, gesta::InvalidSagaId> {
        let why = failure.message().to_owned();
        Ok(Cancel { why }.to(ctx.id_as::<TransferId>()?))
    }
}

fn main() {
    assert_eq!((MoveMoney::NAME, MoveMoney::VERSION), ("MoveMoney", 1));
}
