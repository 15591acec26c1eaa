//! What goes wrong with one saga, or one event, and leaves the others alone.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{
    After, AppBuilder, Graph, On, Saga, SagaError, SagaRoot, SagaStatus, Step, Subscriber,
    Subscriptions, Trigger,
};
use serde::{Deserialize, Serialize};

use crate::order::{CloseOrder, Order, OrderPlaced, Parcel, ParcelSent, Place, SendParcel};
use crate::stores::on_each_store;

const LONG: Duration = Duration::from_secs(20);

#[derive(Debug, Serialize, Deserialize)]
struct First {
    cents: u64,
}

/// It cannot read what [`First`] was.
#[derive(Debug, Serialize, Deserialize)]
struct Careless {
    cents: u64,
    note: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Mended {
    cents: u64,
    #[serde(default)]
    note: String,
}

/// A saga that waits for the parcel of an order, and then closes it.
macro_rules! saga {
    ($version:literal, $name:ident { $($field:ident),* }) => {
        impl Subscriber for $name {
            type Handler = Trigger<Self>;
        }

        impl SagaRoot for $name {
            const NAME: &'static str = "Despatch";
            const VERSION: u32 = $version;
        }

        impl On<OrderPlaced> for $name {
            fn handler() -> Trigger<Self> {
                Trigger::start::<OrderPlaced, _>(|event, _| {
                    Self { cents: event.cents, $($field: String::new())* }
                })
            }
        }

        impl On<ParcelSent> for $name {
            fn handler() -> Trigger<Self> {
                Trigger::step::<ParcelSent, _>("sent", |_, _, _| ())
                    .correlate::<ParcelSent, _>(|event, _| event.order.clone())
            }
        }

        impl Saga for $name {
            fn graph() -> Graph<Self> {
                let first = Step::awaits::<ParcelSent>("sent").after(After::all(&[]));
                Graph::new().step(first).completed("close", |saga: &Self, ctx| {
                    let why = format!("sent {}", saga.cents);
                    CloseOrder { why }.to(ctx.id())
                })
            }

            fn subscribe(to: &mut Subscriptions<Self>) {
                to.event::<OrderPlaced>();
                to.event::<ParcelSent>();
            }
        }
    };
}

saga!(1, First {});
saga!(2, Careless { note });
saga!(3, Mended { note });

fn shop<S: Saga>(store: &std::sync::Arc<dyn gesta::store::Store>) -> AppBuilder {
    let shop = App::builder().store(std::sync::Arc::clone(store));
    let shop = shop.lease(Duration::from_millis(200)).aggregate::<Order>();
    shop.aggregate::<Parcel>().saga::<S>()
}

async fn send(shop: &App, parcel: &str, order: &str) {
    let order = order.to_owned();
    shop.send(parcel, SendParcel { order }).await.unwrap();
}

#[tokio::test]
async fn a_state_that_cannot_be_read_stops_no_other_saga() {
    on_each_store(async |store| {
        let first = shop::<First>(&store).start().await.unwrap();
        first.send("old", Place { cents: 5 }).await.unwrap();
        let old = first.saga::<First>("old");
        old.until(LONG, |saga| saga.status == SagaStatus::Waiting)
            .await
            .unwrap();
        first.shutdown().await.unwrap();

        let careless = shop::<Careless>(&store).start().await.unwrap();
        send(&careless, "p-1", "old").await;
        let stuck = careless.saga::<Careless>("old").ended(LONG).await.unwrap();
        assert_eq!(stuck.status, SagaStatus::Stuck);
        let error = stuck.error.unwrap();
        assert!(error.contains("missing field `note`"), "{error}");
        let state = careless.saga::<Careless>("old").state().await.unwrap_err();
        assert!(matches!(state, SagaError::Unreadable { .. }), "{state}");
        careless.send("new", Place { cents: 7 }).await.unwrap();
        send(&careless, "p-2", "new").await;
        let new = careless.saga::<Careless>("new").ended(LONG).await.unwrap();
        assert_eq!(new.status, SagaStatus::Completed);
        careless.shutdown().await.unwrap();

        let mended = shop::<Mended>(&store).start().await.unwrap();
        let old = mended.saga::<Mended>("old");
        old.retry().await.unwrap();
        let ended = old.ended(LONG).await.unwrap();
        assert_eq!(ended.status, SagaStatus::Completed);
        let closed = mended.load::<Order>("old").await.unwrap().state.closed;
        assert_eq!(closed, ["sent 5"]);
        mended.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_event_with_the_id_of_no_saga_stops_none() {
    on_each_store(async |store| {
        let shop = shop::<First>(&store).start().await.unwrap();
        shop.send("o", Place { cents: 5 }).await.unwrap();
        let long = "x".repeat(2_000);
        for (parcel, order) in [("p-1", ""), ("p-2", long.as_str()), ("p-3", "a\0b")] {
            send(&shop, parcel, order).await;
        }
        send(&shop, "p-4", "o").await;
        let ended = shop.saga::<First>("o").ended(LONG).await.unwrap();
        assert_eq!(ended.status, SagaStatus::Completed);
        shop.shutdown().await.unwrap();
    })
    .await;
}
