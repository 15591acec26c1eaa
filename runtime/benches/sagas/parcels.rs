//! Ten thousand sagas that wait, all with the same deadline.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gesta::prelude::*;
use gesta::store::Store;
use gesta::testing::VirtualClock;
use gesta::{Graph, On, Saga, SagaRoot, Step, Subscriber, Subscriptions, Timestamp, Trigger};
use serde::{Deserialize, Serialize};

use crate::ended;

const COUNT: usize = 10_000;
const DEADLINE: Duration = Duration::from_secs(3_600);

#[event]
pub struct ParcelSent {}

#[event]
pub struct ParcelArrived {}

#[aggregate]
#[derive(Debug, Default)]
pub struct Parcel {}

#[aggregate]
impl Parcel {
    #[command(create, name = SendParcel)]
    pub fn send_off(&self) -> ParcelSent {
        ParcelSent {}
    }

    #[apply]
    fn sent(&mut self, _: &ParcelSent) {}

    #[apply]
    fn arrived(&mut self, _: &ParcelArrived) {}
}

/// Waits for a parcel, and gives up.
#[derive(Debug, Serialize, Deserialize)]
struct Await {}

impl Subscriber for Await {
    type Handler = Trigger<Self>;
}

impl SagaRoot for Await {
    const NAME: &'static str = "Await";
}

impl On<ParcelSent> for Await {
    fn handler() -> Trigger<Self> {
        Trigger::start::<ParcelSent, _>(|_, _| Self {})
    }
}

impl On<ParcelArrived> for Await {
    fn handler() -> Trigger<Self> {
        Trigger::step::<ParcelArrived, _>("arrived", |_, _, _| ())
    }
}

impl Saga for Await {
    fn graph() -> Graph<Self> {
        Graph::new().step(Step::awaits::<ParcelArrived>("arrived").timeout(DEADLINE))
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<ParcelSent>();
        to.event::<ParcelArrived>();
    }
}

pub async fn measure(name: &str, store: &Arc<dyn Store>) {
    let clock = VirtualClock::at(Timestamp::from_micros(0));
    let app = App::builder().store(Arc::clone(store));
    let app = app.clock(clock.clone()).aggregate::<Parcel>();
    let app = app.saga::<Await>().start().await.unwrap();
    for numbers in (0..COUNT).collect::<Vec<_>>().chunks(1_000) {
        let send = |number: &usize| {
            tokio::spawn(app.send(format!("p-{number}"), SendParcel {}).into_future())
        };
        for sent in numbers.iter().map(send).collect::<Vec<_>>() {
            sent.await.unwrap().unwrap();
        }
    }
    // Each has its event, and its saga has begun to wait.
    let mut waiting = 0;
    let mut after = 0;
    while waiting < COUNT {
        let page = store.read_log(after, gesta::store::PageLimit::default());
        for event in page.await.unwrap().events {
            after = event.position;
            waiting += usize::from(event.name == "SagaSent");
        }
    }
    let began = Instant::now();
    clock.advance(DEADLINE);
    ended(store, after, COUNT).await;
    println!(
        "| {name} | {COUNT} | {:.2} |",
        began.elapsed().as_secs_f64()
    );
    app.shutdown().await.unwrap();
    store.close().await.unwrap();
}
