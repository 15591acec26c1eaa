//! A command whose time is up never takes effect, however late it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use gesta::prelude::*;
use gesta::store::views::ViewStore;
use gesta::store::{
    CommandKey, Commit, Hints, Lookup, Outcome, Page, PageLimit, Snapshot, Store, StoreFuture,
    StreamName,
};
use gesta::{
    After, Graph, On, Saga, SagaRoot, SagaStatus, Step, StoreError, Subscriber, Subscriptions,
    Trigger,
};
use serde::{Deserialize, Serialize};

use crate::bank::*;
use crate::stores::on_each_store;

/// Takes no deposits on the account `b`, for as long as the test wants.
struct Refusing {
    store: Arc<dyn Store>,
    refuses: AtomicBool,
    refused: AtomicUsize,
}

impl Store for Refusing {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        let to_b =
            |commit: &Commit| commit.stream.as_str() == "Account/b" && !commit.events.is_empty();
        if self.refuses.load(Ordering::Acquire) && batch.iter().any(to_b) {
            self.refused.fetch_add(1, Ordering::AcqRel);
            return Box::pin(async { Err(StoreError::unavailable("not now")) });
        }
        self.store.append(batch)
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.store.lookup(keys)
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        self.store.read_stream(stream, after, limit)
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        self.store.read_log(after, limit)
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.store.read_snapshot(stream)
    }

    fn hints(&self) -> Hints {
        self.store.hints()
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        self.store.views()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.store.close()
    }
}

fn refusing(store: Arc<dyn Store>) -> Arc<Refusing> {
    Arc::new(Refusing {
        store,
        refuses: AtomicBool::new(false),
        refused: AtomicUsize::new(0),
    })
}

/// `Hasty` without a deadline.
#[derive(Debug, Serialize, Deserialize)]
struct Patient {}

impl Subscriber for Patient {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Patient {
    const NAME: &'static str = "Hasty";
}

impl On<Hurried> for Patient {
    fn handler() -> Trigger<Self> {
        Trigger::start::<Hurried, _>(|_, _| Self {})
    }
}

impl Saga for Patient {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(Step::call("debit", |_: &Self, _| {
                Withdraw { cents: 1 }.to("a")
            }))
            .step(
                Step::call("credit", |_: &Self, _| Deposit { cents: 1 }.to("b"))
                    .after(After::all(&["debit"])),
            )
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<Hurried>();
    }
}

/// `Hasty` in a program that credits in another way.
#[derive(Debug, Serialize, Deserialize)]
struct Rewritten {}

impl Subscriber for Rewritten {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Rewritten {
    const NAME: &'static str = "Hasty";
}

impl On<Hurried> for Rewritten {
    fn handler() -> Trigger<Self> {
        Trigger::start::<Hurried, _>(|_, _| Self {})
    }
}

impl Saga for Rewritten {
    fn graph() -> Graph<Self> {
        let withdraw = |_: &Self, _: &SagaContext| Withdraw { cents: 1 }.to("a");
        Graph::new()
            .step(Step::call("debit", withdraw))
            .step(Step::call("credit", withdraw).after(After::all(&["debit"])))
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<Hurried>();
    }
}

#[tokio::test]
async fn what_a_program_cannot_send_is_not_taken_for_undone() {
    on_each_store(async |store| {
        let store = refusing(store);
        let bank = || {
            App::builder()
                .store(Arc::clone(&store) as Arc<dyn Store>)
                .lease(Duration::from_millis(200))
                .aggregate::<Account>()
                .aggregate::<Rush>()
        };
        let first = bank().saga::<Patient>().start().await.unwrap();
        first.send("a", Open { cents: 1 }).await.unwrap();
        first.send("b", Open { cents: 0 }).await.unwrap();
        store.refuses.store(true, Ordering::Release);
        first.send("h", Hurry {}).await.unwrap();
        while store.refused.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        first.shutdown().await.unwrap();
        let second = bank().saga::<Rewritten>().start().await.unwrap();
        reaches::<Rewritten>(&second, "h", SagaStatus::Stuck).await;
        let error = second.saga::<Rewritten>("h").status().await.unwrap().error;
        assert!(
            error
                .unwrap()
                .contains("no saga of this program sends Account.deposit")
        );
        second.shutdown().await.unwrap();
        // With a program that can, it goes on under the same id.
        store.refuses.store(false, Ordering::Release);
        let third = bank().saga::<Patient>().start().await.unwrap();
        third.saga::<Patient>("h").retry().await.unwrap();
        reaches::<Patient>(&third, "h", SagaStatus::Completed).await;
        let balance = async |id| third.load::<Account>(id).await.unwrap().state.balance;
        assert_eq!((balance("a").await, balance("b").await), (0, 1));
        third.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn it_never_lands_after_its_undo() {
    on_each_store(async |store| {
        let store = refusing(store);
        let bank = App::builder()
            .store(Arc::clone(&store) as Arc<dyn Store>)
            .aggregate::<Account>()
            .aggregate::<Rush>()
            .saga::<Hasty>()
            .start()
            .await
            .unwrap();
        bank.send("a", Open { cents: 1 }).await.unwrap();
        bank.send("b", Open { cents: 0 }).await.unwrap();
        store.refuses.store(true, Ordering::Release);
        bank.send("h", Hurry {}).await.unwrap();
        reaches::<Hasty>(&bank, "h", SagaStatus::Compensated).await;
        assert!(store.refused.load(Ordering::Acquire) > 0, "it was sent");
        store.refuses.store(false, Ordering::Release);
        // It is still sent, until somebody says that it is closed: longer than the longest pause.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let balance = async |id| bank.load::<Account>(id).await.unwrap().state.balance;
        assert_eq!((balance("a").await, balance("b").await), (1, 0));
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_and_deadlines_race() {
    on_each_store(async |store| {
        let bank = App::builder()
            .store(store)
            .aggregate::<Account>()
            .aggregate::<Rush>()
            .saga::<Hasty>()
            .start()
            .await
            .unwrap();
        bank.send("a", Open { cents: 100 }).await.unwrap();
        bank.send("b", Open { cents: 0 }).await.unwrap();
        let mut completed = 0;
        for round in 0..40 {
            let id = format!("h{round}");
            bank.send(&id, Hurry {}).await.unwrap();
            let saga = bank.saga::<Hasty>(&id);
            match saga.ended(Duration::from_secs(20)).await.unwrap().status {
                SagaStatus::Completed => completed += 1,
                other => assert_eq!(other, SagaStatus::Compensated, "{id}"),
            }
        }
        let balance = async |id| bank.load::<Account>(id).await.unwrap().state.balance;
        assert_eq!(
            (balance("a").await, balance("b").await),
            (100 - completed, completed)
        );
        bank.shutdown().await.unwrap();
    })
    .await;
}
