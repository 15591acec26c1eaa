//! The saga that carries a transfer out, or puts the money back.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Call, Graph, On, Saga, SagaRoot, Step, Subscriber, Subscriptions, Trigger};
use serde::{Deserialize, Serialize};

use super::transfer::{Cancel, Complete, TransferRequested};
use super::wallet::{Credit, Debit, Refund};

/// How often a wallet that is full is asked again, and after what time.
const RETRIES: u32 = 2;
const BACKOFF: Duration = Duration::from_millis(5);
/// As long as a credit takes more or less, so that answers race with deadlines.
const TIMEOUT: Duration = Duration::from_millis(4);

#[derive(Debug, Serialize, Deserialize)]
pub struct MoveMoney {
    pub from: u32,
    pub to: u32,
    pub cents: u64,
}

impl Subscriber for MoveMoney {
    type Handler = Trigger<Self>;
}

impl SagaRoot for MoveMoney {
    const NAME: &'static str = "MoveMoney";
}

impl On<TransferRequested> for MoveMoney {
    fn handler() -> Trigger<Self> {
        Trigger::start::<TransferRequested, _>(|event, _| Self {
            from: event.from,
            to: event.to,
            cents: event.cents,
        })
    }
}

impl Saga for MoveMoney {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(
                Step::call("debit", |saga: &Self, ctx| saga.debit(ctx.id()))
                    .undo("refund", |saga: &Self, ctx| saga.refund(ctx.id())),
            )
            .step(
                Step::call("credit", |saga: &Self, ctx| saga.credit(ctx.id()))
                    .after(After::all(&["debit"]))
                    .retry(RETRIES, BACKOFF)
                    .timeout(TIMEOUT),
            )
            .completed("complete", |_, ctx| Complete {}.to(ctx.id()))
            .failed("cancel", |_, ctx, failure| {
                let why = failure.to_string();
                Cancel { why }.to(ctx.id())
            })
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<TransferRequested>();
    }
}

impl MoveMoney {
    fn debit(&self, transfer: &str) -> Call<Debit> {
        let (transfer, cents) = (transfer.to_owned(), self.cents);
        Debit { transfer, cents }.to(self.from)
    }

    fn credit(&self, transfer: &str) -> Call<Credit> {
        let (transfer, cents) = (transfer.to_owned(), self.cents);
        Credit { transfer, cents }.to(self.to)
    }

    fn refund(&self, transfer: &str) -> Call<Refund> {
        let (transfer, cents) = (transfer.to_owned(), self.cents);
        Refund { transfer, cents }.to(self.from)
    }
}
