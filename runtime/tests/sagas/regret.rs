//! An undo that happens outside of the store.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::prelude::*;
use gesta::store::Store;
use gesta::testing::VirtualClock;
use gesta::{
    After, AppBuilder, EffectFuture, Graph, IntoEffect, On, Saga, SagaRoot, SagaStatus, Step,
    Subscriber, Subscriptions, Timestamp, Trigger,
};
use serde::{Deserialize, Serialize};

use crate::bank::reaches;
use crate::order::{Order, OrderPlaced, Place};
use crate::outside::LONG;
use crate::stores::on_each_store;

/// What was asked of a bank, under which key, and for what.
type Asked = (&'static str, Uuid, String);

#[derive(Clone, Default)]
struct Bank {
    asked: Arc<Mutex<Vec<Asked>>>,
    /// So many slow charges have begun.
    slow: Arc<AtomicUsize>,
    /// So many refunds fail, the one after them never returns, and all others are done.
    fails: Arc<AtomicUsize>,
}

impl Bank {
    fn ask(&self, what: &'static str, ctx: &EffectContext, about: String) {
        let key = ctx.idempotency_key();
        self.asked.lock().unwrap().push((what, key, about));
    }

    fn whats(&self) -> Vec<&'static str> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(what, ..)| *what).collect()
    }

    async fn was_asked(&self, times: usize) {
        let asked = async {
            while self.whats().len() < times {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LONG, asked).await.unwrap();
    }
}

/// Charges an order and is refused then; or takes a long time to charge it.
#[derive(Debug, Serialize, Deserialize)]
struct Regret {
    is_slow: bool,
}

impl Subscriber for Regret {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Regret {
    const NAME: &'static str = "Regret";
}

impl On<OrderPlaced> for Regret {
    fn handler() -> Trigger<Self> {
        Trigger::start::<OrderPlaced, _>(|event, _| Self {
            is_slow: event.cents == SLOW,
        })
    }
}

const SLOW: u64 = 13;

impl Saga for Regret {
    fn graph() -> Graph<Self> {
        let charge = Step::effect("charge", |saga: &Self, ctx| saga.charge(ctx))
            .timeout(Duration::from_secs(60))
            .undo_effect("refund", |_, ctx| refund(ctx));
        let place = Step::call("place", |_, ctx| Place { cents: 1 }.to(ctx.id()));
        Graph::new()
            .step(charge)
            .step(place.after(After::all(&["charge"])))
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<OrderPlaced>();
    }
}

impl Regret {
    fn charge<'a>(&'a self, ctx: &'a EffectContext) -> EffectFuture<'a> {
        Box::pin(async move {
            let bank = ctx.resource::<Bank>()?;
            if self.is_slow {
                bank.slow.fetch_add(1, Ordering::AcqRel);
                // It does not look up, and nobody can stop it at this.
                std::thread::sleep(Duration::from_millis(400));
            }
            bank.ask("charge", ctx, ctx.saga().id().to_owned());
            Ok::<_, std::io::Error>("receipt 7").into_effect()
        })
    }
}

fn refund(ctx: &EffectContext) -> EffectFuture<'_> {
    Box::pin(async move {
        let bank = ctx.resource::<Bank>()?;
        let charged = ctx.saga().result::<String>("charge");
        let charged = charged.unwrap_or_else(|_| ctx.saga().effect_key("charge").to_string());
        bank.ask("refund", ctx, charged);
        match bank.fails.fetch_sub(1, Ordering::AcqRel) {
            0 => std::future::pending().await,
            1..1_000 => Err(std::io::Error::other("no answer").into()),
            _ => Ok::<_, std::io::Error>(()).into_effect(),
        }
    })
}

fn regretful(store: &Arc<dyn Store>, bank: &Bank) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .lease(Duration::from_millis(200))
        .aggregate::<Order>()
        .resource(bank.clone())
        .saga::<Regret>()
}

#[tokio::test]
async fn an_undo_outside_has_one_key_over_refusals_and_crashes() {
    on_each_store(async |store| {
        let bank = Bank::default();
        bank.fails.store(1, Ordering::Release);
        let first = regretful(&store, &bank).start().await.unwrap();
        first.send("o", Place { cents: 5 }).await.unwrap();
        // The charge, a refund that fails, and one that never returns.
        bank.was_asked(3).await;
        first.shutdown().await.unwrap();
        let second = regretful(&store, &bank).start().await.unwrap();
        reaches::<Regret>(&second, "o", SagaStatus::Compensated).await;
        assert_eq!(bank.whats(), ["charge", "refund", "refund", "refund"]);
        let asked = bank.asked.lock().unwrap().clone();
        let (charge, refunds) = asked.split_first().unwrap();
        for (_, key, of) in refunds {
            assert_eq!((*key, of.as_str()), (refunds[0].1, "receipt 7"));
            assert_ne!(*key, charge.1, "it is not the charge");
        }
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_waits_until_nothing_of_its_effect_runs() {
    on_each_store(async |store| {
        let bank = Bank::default();
        bank.fails.store(usize::MAX, Ordering::Release);
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let app = regretful(&store, &bank).clock(clock.clone());
        let app = app.start().await.unwrap();
        app.send("o", Place { cents: SLOW }).await.unwrap();
        while bank.slow.load(Ordering::Acquire) == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(60));
        reaches::<Regret>(&app, "o", SagaStatus::Compensated).await;
        assert_eq!(bank.whats(), ["charge", "refund"]);
        let asked = bank.asked.lock().unwrap().clone();
        assert_eq!(asked[1].2, asked[0].1.to_string(), "it has no result");
        app.shutdown().await.unwrap();
    })
    .await;
}
