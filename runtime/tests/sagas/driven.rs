//! What drives sagas: time, crashes, several processes, people.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gesta::store::{PageLimit, Store, StreamName};
use gesta::testing::VirtualClock;
use gesta::{App, AppBuilder, Clock as _, SagaError, SagaStatus, SendError, StartError, Timestamp};

use crate::bank::*;
use crate::order::{Fulfil, Gateway, Order, Parcel, Place, SendParcel, UNLUCKY};
use crate::stores::on_each_store;

pub fn shop(store: &Arc<dyn Store>, gateway: &Gateway) -> AppBuilder {
    shop_of::<1>(store, gateway)
}

/// The shop as a version of its program has it.
pub fn shop_of<const VERSION: u32>(store: &Arc<dyn Store>, gateway: &Gateway) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .lease(Duration::from_millis(200))
        .aggregate::<Order>()
        .aggregate::<Parcel>()
        .resource(gateway.clone())
        .saga::<Fulfil<VERSION>>()
}

pub fn bank(store: &Arc<dyn Store>) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .lease(Duration::from_millis(200))
        .aggregate::<Account>()
        .aggregate::<Transfer>()
        .saga::<MoveMoney>()
}

async fn closed(shop: &App, id: &str) -> Vec<String> {
    shop.load::<Order>(id).await.unwrap().state.closed
}

#[tokio::test]
async fn an_effect_is_run_and_what_it_gave_is_found_later() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        gateway.fails.store(2, Ordering::Release);
        let shop = shop(&store, &gateway).start().await.unwrap();
        shop.send("o", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil>(&shop, "o", SagaStatus::Waiting).await;
        let order = "o".to_owned();
        shop.send("p", SendParcel { order }).await.unwrap();
        reaches::<Fulfil>(&shop, "o", SagaStatus::Completed).await;
        assert_eq!(closed(&shop, "o").await, ["charged 5"]);
        let asked = gateway.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 3);
        assert!(
            asked.iter().all(|key| *key == asked[0]),
            "one key for all attempts"
        );
        shop.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn another_process_goes_on_where_one_has_died() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        gateway.hangs.store(1, Ordering::Release);
        let first = shop(&store, &gateway).start().await.unwrap();
        first.send("o", Place { cents: 5 }).await.unwrap();
        while gateway.asked.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        first.shutdown().await.unwrap();
        let second = shop(&store, &gateway).start().await.unwrap();
        reaches::<Fulfil>(&second, "o", SagaStatus::Waiting).await;
        let asked = gateway.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0], asked[1], "the outside knows it again");
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_deadline_is_kept_over_a_restart_and_never_early() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let first = shop(&store, &gateway)
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        first.send("o", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil>(&first, "o", SagaStatus::Waiting).await;
        let due = first
            .saga::<Fulfil>("o")
            .status()
            .await
            .unwrap()
            .due
            .unwrap();
        assert_eq!(due.duration_since(clock.now()), Duration::from_secs(3_600));
        first.shutdown().await.unwrap();
        clock.advance(Duration::from_secs(3_599));
        let second = shop(&store, &gateway)
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        // Some turns of whatever might fire.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let status = second.saga::<Fulfil>("o").status().await.unwrap().status;
        assert_eq!(status, SagaStatus::Waiting);
        clock.advance(Duration::from_secs(1));
        reaches::<Fulfil>(&second, "o", SagaStatus::Compensated).await;
        assert_eq!(closed(&second, "o").await, ["released"]);
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_event_starts_one_saga_however_many_apps_take_it() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let apps = [
            shop(&store, &gateway).start().await.unwrap(),
            shop(&store, &gateway).start().await.unwrap(),
        ];
        for number in 0..20 {
            let app = &apps[number % 2];
            app.send(number.to_string(), Place { cents: 1 })
                .await
                .unwrap();
        }
        for number in 0..20 {
            reaches::<Fulfil>(&apps[0], &number.to_string(), SagaStatus::Waiting).await;
        }
        assert_eq!(gateway.asked.lock().unwrap().len(), 20);
        for app in apps {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_way_back_is_tried_until_it_is_taken() {
    on_each_store(async |store| {
        let bank = bank(&store).start().await.unwrap();
        bank.send("a", Open { cents: 100 }).await.unwrap();
        bank.send("b", Open { cents: 0 }).await.unwrap();
        for id in ["a", "b"] {
            bank.send(id, Close {}).await.unwrap();
        }
        bank.send("t", request("a", "b", 70)).await.unwrap();
        reaches::<MoveMoney>(&bank, "t", SagaStatus::Compensating).await;
        let error = bank.saga::<MoveMoney>("t").retry().await.unwrap_err();
        assert!(matches!(error, SagaError::NotStuck { .. }), "{error}");
        bank.send("a", Reopen {}).await.unwrap();
        reaches::<MoveMoney>(&bank, "t", SagaStatus::Compensated).await;
        assert_eq!(bank.load::<Account>("a").await.unwrap().state.balance, 100);
        let error = bank.saga::<MoveMoney>("t").compensate().await.unwrap_err();
        assert!(matches!(error, SagaError::Ended { .. }), "{error}");
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_helps_a_stuck_saga_on_need_not_be_the_one_who_drives_it() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let one = shop(&store, &gateway).start().await.unwrap();
        let other = shop(&store, &gateway).start().await.unwrap();
        UNLUCKY.store(true, Ordering::Release);
        one.send("o", Place { cents: 13 }).await.unwrap();
        reaches::<Fulfil>(&one, "o", SagaStatus::Stuck).await;
        // What comes for it meanwhile waits.
        let order = "o".to_owned();
        one.send("p", SendParcel { order }).await.unwrap();
        one.send("q", Place { cents: 1 }).await.unwrap();
        reaches::<Fulfil>(&one, "q", SagaStatus::Waiting).await;
        UNLUCKY.store(false, Ordering::Release);
        for app in [&one, &other] {
            let error = app
                .saga::<Fulfil>("o")
                .status()
                .await
                .unwrap()
                .error
                .unwrap();
            assert!(error.contains("no luck"), "{error}");
        }
        other.saga::<Fulfil>("o").retry().await.unwrap();
        reaches::<Fulfil>(&one, "o", SagaStatus::Completed).await;
        assert_eq!(closed(&one, "o").await, ["charged 13"]);
        for app in [one, other] {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_person_skips_a_step_that_waits_and_is_written_down() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let one = shop(&store, &gateway).start().await.unwrap();
        let other = shop(&store, &gateway).start().await.unwrap();
        one.send("o", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil>(&one, "o", SagaStatus::Waiting).await;
        let nobody = other.saga::<Fulfil>("o").by("").skip("sent").await;
        let nobody = nobody.unwrap_err();
        assert!(matches!(nobody, SagaError::InvalidActor(_)), "{nobody}");
        let none = other.sagas().of::<MoveMoney>().await.unwrap_err();
        assert!(matches!(none, SagaError::Unregistered { .. }), "{none}");
        let saga = other.saga::<Fulfil>("o").by("alice");
        let wrong = saga.skip("charge").await.unwrap_err();
        assert!(matches!(wrong, SagaError::NotThere { .. }), "{wrong}");
        assert!(wrong.to_string().ends_with("but at `sent`"), "{wrong}");
        saga.skip("sent").await.unwrap();
        reaches::<Fulfil>(&one, "o", SagaStatus::Completed).await;
        let history = saga.history().await.unwrap();
        let by_alice: Vec<_> = history
            .iter()
            .filter(|moment| moment.actor.as_deref() == Some("alice"))
            .map(|moment| moment.what.as_str())
            .collect();
        assert_eq!(
            by_alice.first(),
            Some(&"goes on without waiting"),
            "{history:#?}"
        );
        for app in [one, other] {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn sagas_are_found_by_what_they_do() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let shop = shop(&store, &gateway).start().await.unwrap();
        for id in ["x", "y"] {
            shop.send(id, Place { cents: 5 }).await.unwrap();
            reaches::<Fulfil>(&shop, id, SagaStatus::Waiting).await;
        }
        let order = "x".to_owned();
        shop.send("p", SendParcel { order }).await.unwrap();
        reaches::<Fulfil>(&shop, "x", SagaStatus::Completed).await;
        let position = shop.position().await.unwrap();
        while !shop
            .projections()
            .await
            .unwrap()
            .iter()
            .any(|each| each.name == "Fulfil" && each.position >= position)
        {
            tokio::task::yield_now().await;
        }
        let ids = async |status| {
            let found = shop.sagas().of::<Fulfil>().status(status).await.unwrap();
            found.into_iter().map(|saga| saga.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(SagaStatus::Waiting).await, ["y"]);
        assert_eq!(ids(SagaStatus::Completed).await, ["x"]);
        assert_eq!(shop.sagas().await.unwrap().len(), 2);
        assert_eq!(shop.sagas().limit(1).await.unwrap().len(), 1);
        let old = shop
            .sagas()
            .older_than(Duration::from_secs(60))
            .await
            .unwrap();
        assert_eq!(old, []);
        let waits = shop.sagas().status(SagaStatus::Waiting).await.unwrap();
        assert_eq!(waits[0].at, ["sent"]);
        assert_eq!(waits[0].done, ["charge"]);
        shop.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_happened_before_the_first_start_starts_nothing() {
    on_each_store(async |store| {
        let before = App::builder()
            .store(Arc::clone(&store))
            .aggregate::<Order>();
        let before = before.start().await.unwrap();
        before.send("old", Place { cents: 5 }).await.unwrap();
        before.shutdown().await.unwrap();
        let gateway = Gateway::default();
        let shop = shop(&store, &gateway).start().await.unwrap();
        shop.send("new", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil>(&shop, "new", SagaStatus::Waiting).await;
        let old = shop.saga::<Fulfil>("old").status().await;
        assert!(matches!(old, Err(SagaError::NotFound { .. })));
        shop.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_saga_needs_the_aggregates_that_it_sends_to_and_hears_of() {
    let start = async |app: AppBuilder| match app.store("memory:").start().await {
        Ok(_) => panic!("it starts"),
        Err(error) => error,
    };
    let error = start(App::builder().aggregate::<Transfer>().saga::<MoveMoney>()).await;
    assert!(
        matches!(
            error,
            StartError::SagaSends {
                aggregate: "Account",
                ..
            }
        ),
        "{error}"
    );
    let error = start(App::builder().aggregate::<Order>().saga::<Fulfil>()).await;
    assert!(
        matches!(
            error,
            StartError::SagaTakes {
                event: "ParcelSent",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_command_that_was_refused_is_not_accepted_later() {
    on_each_store(async |store| {
        let bank = bank(&store).start().await.unwrap();
        bank.send("a", Open { cents: 10 }).await.unwrap();
        bank.send("t", request("a", "b", 70)).await.unwrap();
        reaches::<MoveMoney>(&bank, "t", SagaStatus::Compensated).await;
        // As a process would that was stopped before it sent the debit too, and wakes when there is enough.
        bank.send("a", Deposit { cents: 90 }).await.unwrap();
        let stream = StreamName::new("MoveMoney", "t").unwrap();
        let page = store.read_stream(&stream, 0, PageLimit::default()).await;
        let events = page.unwrap().events;
        let refused = events.iter().find(|event| event.name == "SagaRefused");
        let debit = refused.unwrap().meta.causation.clone().unwrap();
        let late = bank.send("a", Withdraw { cents: 70 });
        let late = late.command_id(debit.parse().unwrap()).await;
        assert!(
            matches!(late, Err(SendError::CommandIdReused { .. })),
            "{late:?}"
        );
        assert_eq!(bank.load::<Account>("a").await.unwrap().state.balance, 100);
        bank.shutdown().await.unwrap();
    })
    .await;
}
