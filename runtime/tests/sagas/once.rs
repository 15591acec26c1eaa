//! One saga for each key, however many events start it and whoever sends them.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use gesta::prelude::*;
use gesta::store::Store;
use gesta::{Graph, On, Saga, SagaRoot, SagaStatus, Step, Subscriber, Subscriptions, Trigger};
use serde::{Deserialize, Serialize};

use crate::order::{CloseOrder, Order, OrderPlaced, Place};
use crate::stores::on_each_store;

const LONG: Duration = Duration::from_secs(20);

/// One for all orders of a price: it closes the order that came first.
#[derive(Debug, Serialize, Deserialize)]
struct FirstOfPrice {
    order: String,
}

impl Subscriber for FirstOfPrice {
    type Handler = Trigger<Self>;
}

impl SagaRoot for FirstOfPrice {
    const NAME: &'static str = "FirstOfPrice";
}

impl On<OrderPlaced> for FirstOfPrice {
    fn handler() -> Trigger<Self> {
        Trigger::start::<OrderPlaced, _>(|_, recorded| Self {
            order: recorded.stream.id().to_owned(),
        })
        .correlate::<OrderPlaced, _>(|event, _| event.cents)
    }
}

impl Saga for FirstOfPrice {
    fn graph() -> Graph<Self> {
        Graph::new().step(Step::call("close", |saga: &Self, _| {
            let why = "first".to_owned();
            CloseOrder { why }.to(&saga.order)
        }))
    }

    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<OrderPlaced>();
    }
}

async fn shop(store: &Arc<dyn Store>) -> App {
    let shop = App::builder().store(Arc::clone(store));
    let shop = shop.lease(Duration::from_millis(200)).aggregate::<Order>();
    shop.saga::<FirstOfPrice>().start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_tasks_that_start_one_saga_start_it_once() {
    on_each_store(async |store| {
        let shops = [shop(&store).await, shop(&store).await];
        for cents in 1..=10 {
            let orders = (0..8).map(|number| {
                let place = Place { cents };
                let placed = shops[number % 2].send(format!("{cents}-{number}"), place);
                tokio::spawn(placed.into_future())
            });
            for placed in orders.collect::<Vec<_>>() {
                placed.await.unwrap().unwrap();
            }
        }
        for cents in 1..=10 {
            let saga = shops[cents % 2].saga::<FirstOfPrice>(cents);
            let ended = saga.ended(LONG).await.unwrap();
            assert_eq!(ended.status, SagaStatus::Completed);
            let mut closed = 0;
            for number in 0..8 {
                let id = format!("{cents}-{number}");
                let order = shops[0].load::<Order>(&id);
                closed += order.await.unwrap().state.closed.len();
            }
            assert_eq!(closed, 1, "{:#?}", saga.history().await);
        }
        for shop in shops {
            shop.shutdown().await.unwrap();
        }
    })
    .await;
}
