use gesta::prelude::*;

use crate::account::*;

// ANCHOR: transfer
#[event]
pub struct TransferRequested {
    pub from: String,
    pub to: String,
    pub cents: u64,
}

#[event]
pub struct TransferCompleted {}

#[event]
pub struct TransferCancelled {
    pub why: String,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Transfer {}

#[aggregate]
impl Transfer {
    #[command(create)]
    pub fn request(&self, from: String, to: String, cents: u64) -> TransferRequested {
        TransferRequested { from, to, cents }
    }

    #[command]
    pub fn complete(&self) -> TransferCompleted {
        TransferCompleted {}
    }

    #[command]
    pub fn cancel(&self, why: String) -> TransferCancelled {
        TransferCancelled { why }
    }

    #[apply]
    fn requested(&mut self, _: &TransferRequested) {}
    #[apply]
    fn completed(&mut self, _: &TransferCompleted) {}
    #[apply]
    fn cancelled(&mut self, _: &TransferCancelled) {}
}
// ANCHOR_END: transfer

// ANCHOR: saga
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
    fn complete(&self, ctx: &SagaContext) -> Call<Complete> {
        Complete {}.to(ctx.id())
    }

    #[failed]
    fn cancel(&self, ctx: &SagaContext, failure: &Failure) -> Call<Cancel> {
        let why = failure.to_string();
        Cancel { why }.to(ctx.id())
    }
}
// ANCHOR_END: saga
