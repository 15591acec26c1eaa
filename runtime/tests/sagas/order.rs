//! An order: it is charged outside, waits for the parcel, and is given up where that takes too long.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::prelude::*;
use gesta::{
    After, Call, EffectFuture, Graph, IntoEffect, On, Saga, SagaRoot, Step, Subscriber,
    Subscriptions, Trigger,
};
use serde::{Deserialize, Serialize};

#[event]
pub struct OrderPlaced {
    pub cents: u64,
}

#[event]
pub struct ParcelSent {
    pub order: String,
}

#[event]
pub struct OrderClosed {
    pub why: String,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Order {
    pub closed: Vec<String>,
}

#[aggregate]
impl Order {
    #[command(create)]
    pub fn place(&self, cents: u64) -> OrderPlaced {
        OrderPlaced { cents }
    }

    #[command(name = CloseOrder)]
    pub fn close(&self, why: String) -> OrderClosed {
        OrderClosed { why }
    }

    #[apply]
    fn placed(&mut self, _: &OrderPlaced) {}

    #[apply]
    fn closed(&mut self, event: &OrderClosed) {
        self.closed.push(event.why.clone());
    }
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Parcel {}

#[aggregate]
impl Parcel {
    #[command(create, name = SendParcel)]
    pub fn send_off(&self, order: String) -> ParcelSent {
        ParcelSent { order }
    }

    #[apply]
    fn sent(&mut self, _: &ParcelSent) {}
}

/// Where money is charged: it knows each key once.
#[derive(Debug, Clone, Default)]
pub struct Gateway {
    /// The keys, as they came.
    pub asked: Arc<Mutex<Vec<Uuid>>>,
    /// So many calls never return.
    pub hangs: Arc<AtomicU32>,
    /// So many calls fail.
    pub fails: Arc<AtomicU32>,
}

fn one_of(left: &AtomicU32) -> bool {
    let taken = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
        left.checked_sub(1)
    });
    taken.is_ok()
}

impl Gateway {
    async fn charge(&self, key: Uuid, cents: u64) -> Result<u64, std::io::Error> {
        self.asked.lock().unwrap().push(key);
        if one_of(&self.hangs) {
            std::future::pending::<()>().await;
        }
        match one_of(&self.fails) {
            true => Err(std::io::Error::other("no answer")),
            false => Ok(cents),
        }
    }
}

/// Whether 13 cents start no saga.
pub static UNLUCKY: AtomicBool = AtomicBool::new(false);

/// Charges an order, and waits until it is sent: of one version of the program or another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fulfil<const VERSION: u32 = 1> {
    cents: u64,
}

impl<const VERSION: u32> Subscriber for Fulfil<VERSION> {
    type Handler = Trigger<Self>;
}

impl<const VERSION: u32> SagaRoot for Fulfil<VERSION> {
    const NAME: &'static str = "Fulfil";
    const VERSION: u32 = VERSION;
}

impl<const VERSION: u32> On<OrderPlaced> for Fulfil<VERSION> {
    fn handler() -> Trigger<Self> {
        Trigger::start::<OrderPlaced, _>(|event, _| {
            let is_unlucky = event.cents == 13 && UNLUCKY.load(Ordering::Acquire);
            assert!(!is_unlucky, "no luck");
            Self { cents: event.cents }
        })
    }
}

impl<const VERSION: u32> On<ParcelSent> for Fulfil<VERSION> {
    fn handler() -> Trigger<Self> {
        Trigger::step::<ParcelSent, _>("sent", |_, _, _| ())
            .correlate::<ParcelSent, _>(|event, _| event.order.clone())
    }
}

impl<const VERSION: u32> Saga for Fulfil<VERSION> {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(
                Step::effect("charge", |saga: &Self, ctx| saga.charge(ctx))
                    .retry(3, Duration::from_millis(5))
                    .undo("release", |_, ctx| {
                        let why = "released".to_owned();
                        CloseOrder { why }.to(ctx.id())
                    }),
            )
            .step(
                Step::awaits::<ParcelSent>("sent")
                    .after(After::all(&["charge"]))
                    .timeout(Duration::from_secs(3_600)),
            )
            .completed(
                "close",
                |_, ctx| -> Result<Call<CloseOrder>, gesta::NoResult> {
                    let charged: u64 = ctx.result("charge")?;
                    let why = format!("charged {charged}");
                    Ok(CloseOrder { why }.to(ctx.id()))
                },
            )
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<OrderPlaced>();
        to.event::<ParcelSent>();
    }
}

impl<const VERSION: u32> Fulfil<VERSION> {
    fn charge<'a>(&'a self, ctx: &'a EffectContext) -> EffectFuture<'a> {
        Box::pin(async move {
            let charged = async {
                let gateway = ctx.resource::<Gateway>()?;
                let charged = gateway.charge(ctx.idempotency_key(), self.cents).await?;
                Ok::<_, gesta::HandlerError>(charged)
            };
            charged.await.into_effect()
        })
    }
}
