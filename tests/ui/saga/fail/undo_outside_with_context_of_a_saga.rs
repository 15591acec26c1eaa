#![allow(dead_code, unused_variables)]

use gesta::prelude::*;

#[event]
pub struct TransferRequested {
    pub from: String,
    pub to: String,
    pub cents: u64,
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
pub struct Account {}

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
    fn deposited(&mut self, _: &Deposited) {}

    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

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
        let (from, to) = (event.from.clone(), event.to.clone());
        Self {
            from,
            to,
            cents: event.cents,
        }
    }

    #[step(effect, undo = refund)]
    async fn charge(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[step]
    fn credit(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.to)
    }

    #[undo]
    async fn refund(&self, ctx: &SagaContext) -> Result<(), std::fmt::Error> {
        let _ = ctx;
        Ok(())
    }
}

fn main() {}
