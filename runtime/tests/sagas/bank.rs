//! Accounts, transfers between them, and the saga that carries one out, written by hand against the public traits.

use std::time::{Duration, Instant};

use gesta::prelude::*;
use gesta::{
    After, Call, Graph, On, Saga, SagaRoot, SagaStatus, Step, Subscriber, Subscriptions, Trigger,
};
use serde::{Deserialize, Serialize};

#[event]
pub struct AccountOpened {}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[event]
pub struct AccountClosed {}

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{available} cents are there")]
    InsufficientFunds { available: u64 },
    #[error("the account is closed")]
    Closed,
}

#[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Account {
    pub balance: u64,
    closed: bool,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self, cents: u64) -> (AccountOpened, Deposited) {
        (AccountOpened {}, Deposited { cents })
    }

    #[command]
    pub fn deposit(&self, cents: u64) -> Result<Deposited, Refused> {
        match self.closed {
            true => Err(Refused::Closed),
            false => Ok(Deposited { cents }),
        }
    }

    #[command]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        match self.balance {
            available if available < cents => Err(Refused::InsufficientFunds { available }),
            _ => Ok(Withdrawn { cents }),
        }
    }

    #[command]
    pub fn close(&self) -> AccountClosed {
        AccountClosed {}
    }

    #[command]
    pub fn reopen(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {
        self.closed = false;
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }

    #[apply]
    fn closed(&mut self, _: &AccountClosed) {
        self.closed = true;
    }
}

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
pub struct Transfer {
    pub ended: Vec<String>,
}

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
    fn completed(&mut self, _: &TransferCompleted) {
        self.ended.push("completed".to_owned());
    }

    #[apply]
    fn cancelled(&mut self, event: &TransferCancelled) {
        self.ended.push(event.why.clone());
    }
}

/// Moves money between two accounts, or puts it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveMoney {
    pub from: String,
    pub to: String,
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
            from: event.from.clone(),
            to: event.to.clone(),
            cents: event.cents,
        })
    }
}

impl Saga for MoveMoney {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(
                Step::call("debit", |saga: &Self, _| saga.debit())
                    .undo("refund", |saga: &Self, _| saga.refund()),
            )
            .step(
                Step::call("credit", |saga: &Self, _| saga.credit())
                    .after(After::all(&["debit"]))
                    .retry(2, Duration::from_millis(5)),
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
    fn debit(&self) -> Call<Withdraw> {
        Withdraw { cents: self.cents }.to(&self.from)
    }

    fn credit(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.to)
    }

    fn refund(&self) -> Call<Deposit> {
        Deposit { cents: self.cents }.to(&self.from)
    }
}

pub fn request(from: &str, to: &str, cents: u64) -> Request {
    Request {
        from: from.to_owned(),
        to: to.to_owned(),
        cents,
    }
}

/// Waits until a saga has such a status, also where it goes on by itself from there.
pub async fn reaches<S: Saga>(bank: &App, id: &str, status: SagaStatus) {
    let (saga, since) = (bank.saga::<S>(id), Instant::now());
    while since.elapsed() < Duration::from_secs(20) {
        let left = Duration::from_secs(20).saturating_sub(since.elapsed());
        match saga.until(left, |saga| saga.status == status).await {
            Ok(summary) if summary.status == status => return,
            // It is stuck, and may be helped on, or cannot be read for now.
            _ => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    }
    let (summary, history) = (saga.status().await, saga.history().await);
    panic!("not {status}: {summary:?} {history:#?}");
}

#[event]
pub struct Hurried {}

#[aggregate]
#[derive(Debug, Default)]
pub struct Rush {}

#[aggregate]
impl Rush {
    #[command(create)]
    pub fn hurry(&self) -> Hurried {
        Hurried {}
    }

    #[apply]
    fn hurried(&mut self, _: &Hurried) {}
}

/// Moves a cent, in less time than it may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hasty {}

impl Subscriber for Hasty {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Hasty {
    const NAME: &'static str = "Hasty";
}

impl On<Hurried> for Hasty {
    fn handler() -> Trigger<Self> {
        Trigger::start::<Hurried, _>(|_, _| Self {})
    }
}

impl Saga for Hasty {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(
                Step::call("debit", |_: &Self, _| Withdraw { cents: 1 }.to("a"))
                    .undo("refund", |_, _| Deposit { cents: 1 }.to("a")),
            )
            .step(
                Step::call("credit", |_: &Self, _| Deposit { cents: 1 }.to("b"))
                    .after(After::all(&["debit"]))
                    .timeout(Duration::from_micros(1)),
            )
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<Hurried>();
    }
}
