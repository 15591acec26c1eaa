//! What is done outside of the store ends when the saga does not wait for it any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::prelude::*;
use gesta::store::Store;
use gesta::store::views::Declaration;
use gesta::testing::VirtualClock;
use gesta::{
    AppBuilder, Clock as _, EffectFuture, Graph, IntoEffect, On, Saga, SagaRoot, SagaStatus, Step,
    Subscriber, Subscriptions, Timestamp, Trigger,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::bank::reaches;
use crate::order::{CloseOrder, Order, OrderPlaced, Place};
use crate::stores::on_each_store;

pub const LONG: Duration = Duration::from_secs(20);

/// A till that takes money once it is opened.
#[derive(Clone)]
struct Till(Arc<State>);

struct State {
    open: Semaphore,
    /// The keys, as they came.
    asked: Mutex<Vec<Uuid>>,
    /// Those who wait at it.
    there: AtomicUsize,
    charged: AtomicUsize,
}

impl Till {
    fn new() -> Self {
        Self(Arc::new(State {
            open: Semaphore::new(0),
            asked: Mutex::default(),
            there: AtomicUsize::new(0),
            charged: AtomicUsize::new(0),
        }))
    }

    async fn charge(&self, key: Uuid) -> Result<(), std::io::Error> {
        let state = &*self.0;
        state.asked.lock().unwrap().push(key);
        state.there.fetch_add(1, Ordering::AcqRel);
        let _there = There(state);
        let open = state.open.acquire().await;
        open.map_err(std::io::Error::other)?.forget();
        state.charged.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    fn asked(&self) -> Vec<Uuid> {
        self.0.asked.lock().unwrap().clone()
    }

    async fn was_asked(&self, times: usize) {
        let asked = async {
            while self.asked().len() < times {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LONG, asked).await.unwrap();
    }

    /// Nobody is there, so that it may open now.
    async fn check_nothing_lands(&self) {
        assert_eq!(self.0.there.load(Ordering::Acquire), 0, "it runs on");
        self.0.open.add_permits(1);
        tokio::task::yield_now().await;
        assert_eq!(self.0.charged.load(Ordering::Acquire), 0, "it lands");
    }
}

struct There<'a>(&'a State);

impl Drop for There<'_> {
    fn drop(&mut self) {
        self.0.there.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Charges an order within some milliseconds.
#[derive(Debug, Serialize, Deserialize)]
struct Within<const MILLIS: u64, const RENAMED: bool = false> {}

impl<const MILLIS: u64, const RENAMED: bool> Subscriber for Within<MILLIS, RENAMED> {
    type Handler = Trigger<Self>;
}

impl<const MILLIS: u64, const RENAMED: bool> SagaRoot for Within<MILLIS, RENAMED> {
    const NAME: &'static str = "Within";
}

impl<const MILLIS: u64, const RENAMED: bool> On<OrderPlaced> for Within<MILLIS, RENAMED> {
    fn handler() -> Trigger<Self> {
        Trigger::start::<OrderPlaced, _>(|_, _| Self {})
    }
}

impl<const MILLIS: u64, const RENAMED: bool> Saga for Within<MILLIS, RENAMED> {
    fn graph() -> Graph<Self> {
        let (name, was): (_, &[_]) = match RENAMED {
            true => ("pay", &["charge"]),
            false => ("charge", &[]),
        };
        let charge = Step::effect(name, |_: &Self, ctx| charge(ctx))
            .was(was)
            .timeout(Duration::from_millis(MILLIS))
            .undo("close", move |_, ctx| {
                let why = ctx.effect_key(name).to_string();
                CloseOrder { why }.to(ctx.id())
            });
        Graph::new().step(charge)
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<OrderPlaced>();
    }
}

fn charge(ctx: &EffectContext) -> EffectFuture<'_> {
    Box::pin(async move {
        let till = ctx.resource::<Till>()?;
        till.charge(ctx.idempotency_key()).await.into_effect()
    })
}

fn shop<const MILLIS: u64, const RENAMED: bool>(store: &Arc<dyn Store>, till: &Till) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .lease(Duration::from_millis(200))
        .aggregate::<Order>()
        .resource(till.clone())
        .saga::<Within<MILLIS, RENAMED>>()
}

#[tokio::test]
async fn an_effect_that_takes_too_long_does_not_land_after_its_undo() {
    on_each_store(async |store| {
        let till = Till::new();
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let shop = shop::<60_000, false>(&store, &till).clock(clock.clone());
        let shop = shop.start().await.unwrap();
        shop.send("o", Place { cents: 5 }).await.unwrap();
        till.was_asked(1).await;
        clock.advance(Duration::from_secs(60));
        reaches::<Within<60_000>>(&shop, "o", SagaStatus::Compensated).await;
        till.check_nothing_lands().await;
        let closed = shop.load::<Order>("o").await.unwrap().state.closed;
        assert_eq!(closed, [till.asked()[0].to_string()]);
        shop.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_effect_keeps_its_key_under_another_name() {
    on_each_store(async |store| {
        let till = Till::new();
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let first = shop::<60_000, false>(&store, &till).clock(clock.clone());
        let first = first.start().await.unwrap();
        first.send("o", Place { cents: 5 }).await.unwrap();
        till.was_asked(1).await;
        first.shutdown().await.unwrap();
        let second = shop::<60_000, true>(&store, &till).clock(clock.clone());
        let second = second.start().await.unwrap();
        till.was_asked(2).await;
        clock.advance(Duration::from_secs(60));
        reaches::<Within<60_000, true>>(&second, "o", SagaStatus::Compensated).await;
        let asked = till.asked();
        assert_eq!(asked[0], asked[1], "the outside knows it again");
        let closed = second.load::<Order>("o").await.unwrap().state.closed;
        assert_eq!(closed, [asked[0].to_string()], "so does the undo");
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_does_not_begin_once_its_time_is_up() {
    on_each_store(async |store| {
        let till = Till::new();
        let shop = shop::<1, false>(&store, &till).start().await.unwrap();
        for round in 0..60 {
            let id = format!("o{round}");
            shop.send(&id, Place { cents: 5 }).await.unwrap();
            let ended = shop.saga::<Within<1>>(&id).ended(LONG).await.unwrap();
            assert_eq!(ended.status, SagaStatus::Compensated);
            assert_eq!(till.0.there.load(Ordering::Acquire), 0, "it runs on");
        }
        till.check_nothing_lands().await;
        shop.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_effect_ends_with_the_app() {
    on_each_store(async |store| {
        let till = Till::new();
        let shop = shop::<3_600_000, false>(&store, &till)
            .start()
            .await
            .unwrap();
        shop.send("o", Place { cents: 5 }).await.unwrap();
        till.was_asked(1).await;
        shop.shutdown().await.unwrap();
        till.check_nothing_lands().await;
    })
    .await;
}

#[tokio::test]
async fn an_effect_whose_time_was_up_before_a_restart_is_not_run_again() {
    on_each_store(async |store| {
        let till = Till::new();
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let shop = || shop::<60_000, false>(&store, &till).clock(clock.clone());
        let first = shop().start().await.unwrap();
        first.send("o", Place { cents: 5 }).await.unwrap();
        till.was_asked(1).await;
        first.shutdown().await.unwrap();
        clock.advance(Duration::from_secs(60));
        let second = shop().start().await.unwrap();
        reaches::<Within<60_000>>(&second, "o", SagaStatus::Compensated).await;
        assert_eq!(till.asked().len(), 1, "at {}", clock.now());
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_effect_ends_where_another_process_has_the_sagas() {
    on_each_store(async |store| {
        let till = Till::new();
        let shop = shop::<3_600_000, false>(&store, &till)
            .start()
            .await
            .unwrap();
        shop.send("o", Place { cents: 5 }).await.unwrap();
        till.was_asked(1).await;
        let views = store.views().unwrap();
        let declaration = Declaration {
            projection: "Within.triggers".to_owned(),
            version: 1,
            fingerprint: 0,
            indexes: String::new(),
        };
        let held = views.declare(&declaration).await.unwrap();
        views.release(held.id, held.token).await.unwrap();
        // It finds that out, and then takes them again.
        till.was_asked(2).await;
        assert_eq!(till.0.there.load(Ordering::Acquire), 1, "it runs twice");
        shop.shutdown().await.unwrap();
    })
    .await;
}
