//! Events that are not taken: the projection stops, or a key is parked, and nothing is skipped.

use std::sync::Arc;

use gesta::store::{MemoryStore, Store};
use gesta::{App, ProjectionState};

use crate::account::Account;
use crate::ledger::{Writer, append, until};
use crate::picky::*;
use crate::stores::on_each_store;

type Stops<const N: usize> = Picky<N, STOPS>;
type Parks<const N: usize> = Picky<N, PARKS>;

pub async fn start<const N: usize, const HOW: u8>(store: &Arc<dyn Store>) -> App {
    let app = App::builder().store(Arc::clone(store));
    let app = app.aggregate::<Account>().projection::<Picky<N, HOW>>();
    app.start().await.unwrap()
}

pub fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

/// Appends a deposit to each of these accounts.
pub async fn deposit(store: &Arc<dyn Store>, writer: &mut Writer, deposits: &[(&str, u64)]) {
    let batch = deposits
        .iter()
        .map(|(id, cents)| writer.deposit(id, *cents));
    append(&**store, &batch.collect::<Vec<_>>()).await;
}

pub async fn is_stopped(app: &App, position: u64) -> bool {
    let status = status(app, "Picky").await;
    let at = status.fault.as_ref().map(|fault| fault.position);
    status.state == ProjectionState::Stopped && at == Some(position)
}

pub async fn is_at(app: &App, position: u64) -> bool {
    let status = status(app, "Picky").await;
    status.state == ProjectionState::Ready && status.position == position
}

/// Stops at an event of so many cents, after so many tries, for a reason; goes on once the code is mended. Where it is the
/// document that is bad, two more tries find out which event made it so.
async fn stops_and_goes_on<const N: usize>(cents: u64, error: &str, tries: usize) {
    on_each_store(async |store| {
        Picky::<N, STOPS>::begin();
        let mut writer = Writer::default();
        deposit(
            &store,
            &mut writer,
            &[("a", 1), ("b", 2), ("a", 3), ("a", cents), ("b", 5)],
        )
        .await;
        let app = start::<N, STOPS>(&store).await;
        until("it stops", async || is_stopped(&app, 4).await).await;
        let stopped = status(&app, "Picky").await;
        assert!(
            stopped.fault.clone().unwrap().error.contains(error),
            "{stopped:?}"
        );
        assert_eq!((stopped.position, stopped.behind), (3, 2));
        assert_eq!(Stops::<N>::tries(), tries);

        // At a restart it is tried again, and stops at the same place.
        app.shutdown().await.unwrap();
        let app = start::<N, STOPS>(&store).await;
        let again = if tries == 0 { 0 } else { tries + 4 };
        until("it is tried again", async || Stops::<N>::tries() >= again).await;
        until("it stops again", async || is_stopped(&app, 4).await).await;
        deposit(&store, &mut writer, &[("a", 7)]).await;
        Stops::<N>::mend(true);
        assert!(app.projection::<Stops<N>>().resume().await.unwrap());
        until("it goes on", async || is_at(&app, 6).await).await;
        let a = app.projection::<Stops<N>>();
        assert!(a.parked().await.unwrap().is_empty());
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_error_stops_a_projection_after_four_attempts() {
    stops_and_goes_on::<1>(ERRS, "thirteen", 4).await;
}

#[tokio::test]
async fn a_panic_stops_it() {
    stops_and_goes_on::<2>(PANICS, "the code panicked: fourteen", 4).await;
}

#[tokio::test]
async fn a_document_without_json_stops_it() {
    stops_and_goes_on::<3>(HAS_NO_JSON, "key must be a string", 6).await;
}

#[tokio::test]
async fn a_value_that_is_too_long_for_an_index_stops_it() {
    stops_and_goes_on::<4>(LONG_VALUE, "has 600 bytes", 6).await;
}

#[tokio::test]
async fn a_key_function_that_panics_stops_it() {
    stops_and_goes_on::<5>(KEY_PANICS, "its key: the code panicked: no key", 0).await;
}

#[tokio::test]
async fn an_empty_key_stops_it() {
    stops_and_goes_on::<6>(EMPTY_KEY, "its key cannot be one", 0).await;
}

#[tokio::test]
async fn a_key_with_a_nul_stops_it() {
    stops_and_goes_on::<7>(NUL_KEY, "its key cannot be one", 0).await;
}

#[tokio::test]
async fn an_index_that_panics_stops_it() {
    stops_and_goes_on::<8>(INDEX_PANICS, "the code panicked: no index", 6).await;
}

#[tokio::test]
async fn what_is_said_of_an_event_is_text_that_every_store_keeps() {
    stops_and_goes_on::<9>(NUL_ERROR, "twenty\u{fffd}one", 4).await;
}

#[tokio::test]
async fn a_document_that_has_no_json_is_found_among_many_events() {
    on_each_store(async |store| {
        Picky::<10, STOPS>::begin();
        let mut writer = Writer::default();
        let mut deposits = vec![("a", 1); 5_000];
        deposits[1_233] = ("a", HAS_NO_JSON);
        deposit(&store, &mut writer, &deposits).await;
        let app = start::<10, STOPS>(&store).await;
        until("it stops", async || is_stopped(&app, 1_234).await).await;
        let a = app.view::<Stops<10>>("a").await;
        // It never was ready.
        assert!(matches!(a, Err(gesta::ViewError::Building { .. })), "{a:?}");
        Stops::<10>::mend(true);
        assert!(app.projection::<Stops<10>>().resume().await.unwrap());
        until("it goes on", async || is_at(&app, 5_000).await).await;
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_parked_key_waits_and_all_others_go_on() {
    on_each_store(async |store| {
        Picky::<11, PARKS>::begin();
        let mut writer = Writer::default();
        deposit(
            &store,
            &mut writer,
            &[
                ("a", 1),
                ("b", ERRS),
                ("a", 3),
                ("c", PANICS),
                ("b", 4),
                ("a", 5),
            ],
        )
        .await;
        let app = start::<11, PARKS>(&store).await;
        until("all are folded", async || is_at(&app, 6).await).await;
        deposit(&store, &mut writer, &[("b", 6), ("a", 7)]).await;
        until("those that follow, too", async || is_at(&app, 8).await).await;
        let a = app.view::<Parks<11>>("a").await.unwrap().unwrap();
        assert_eq!((a.cents, a.seen), (16, vec![1, 3, 6, 8]));
        assert!(app.view::<Parks<11>>("b").await.unwrap().is_none());
        let handle = app.projection::<Parks<11>>();
        let parked = async || {
            let parked = handle.parked().await.unwrap().into_iter();
            parked
                .map(|each| (each.key, each.event.position, each.attempts))
                .collect::<Vec<_>>()
        };
        let places = |all: &[(&str, u64, u32)]| {
            all.iter()
                .map(|(key, at, tries)| ((*key).to_owned(), *at, *tries))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            parked().await,
            places(&[("b", 2, 4), ("b", 5, 0), ("b", 7, 0), ("c", 4, 4)])
        );

        // A retry that fails again counts.
        assert!(handle.retry("b").await.unwrap());
        assert!(!handle.retry("d").await.unwrap());
        until("it is tried", async || parked().await[0].2 == 5).await;
        assert_eq!(parked().await.len(), 4);

        // Only the first can be left out; those behind it follow.
        assert!(!handle.skip("b", 5).await.unwrap());
        assert!(handle.skip("b", 2).await.unwrap());
        until("it is left out", async || {
            parked().await == places(&[("c", 4, 4)])
        })
        .await;
        let b = app.view::<Parks<11>>("b").await.unwrap().unwrap();
        assert_eq!((b.cents, b.seen), (10, vec![5, 7]));

        Parks::<11>::mend(true);
        assert!(handle.retry("c").await.unwrap());
        until("it is taken", async || parked().await.is_empty()).await;
        assert_eq!(app.view::<Parks<11>>("c").await.unwrap().unwrap().seen, [4]);
        deposit(&store, &mut writer, &[("b", 1), ("c", 2)]).await;
        until("they go on", async || is_at(&app, 10).await).await;
        assert_eq!(
            app.view::<Parks<11>>("b").await.unwrap().unwrap().seen,
            [5, 7, 9]
        );
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_parked_key_stays_parked_over_a_restart() {
    on_each_store(async |store| {
        Picky::<12, PARKS>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", ERRS), ("a", 2)]).await;
        let app = start::<12, PARKS>(&store).await;
        until("it is parked", async || is_at(&app, 2).await).await;
        app.shutdown().await.unwrap();
        Parks::<12>::mend(true);
        let app = start::<12, PARKS>(&store).await;
        deposit(&store, &mut writer, &[("a", 3)]).await;
        until("it follows", async || is_at(&app, 3).await).await;
        let handle = app.projection::<Parks<12>>();
        assert_eq!(handle.parked().await.unwrap().len(), 3);
        assert!(handle.retry("a").await.unwrap());
        until("all are taken", async || {
            handle.parked().await.unwrap().is_empty()
        })
        .await;
        assert_eq!(
            app.view::<Parks<12>>("a").await.unwrap().unwrap().seen,
            [1, 2, 3]
        );
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_event_that_does_not_decode_stops_or_parks() {
    let (store, mut writer) = (memory(), Writer::default());
    deposit(&store, &mut writer, &[("a", 1), ("b", 2)]).await;
    let broken = writer.commit("Account", "a", "Deposited", "{\"cents\":\"many\"}".into());
    let foreign = writer.commit("Account", "c", "Renamed", "{}".into());
    append(&*store, &[broken, foreign]).await;
    deposit(&store, &mut writer, &[("b", 3)]).await;
    let stops = start::<13, STOPS>(&store).await;
    until("it stops", async || is_stopped(&stops, 3).await).await;
    stops.shutdown().await.unwrap();

    let store_of_another = memory();
    let log = crate::ledger::log(&*store).await;
    let mut copy = Writer::default();
    for event in log {
        let name: &'static str = if event.name == "Renamed" {
            "Renamed"
        } else {
            "Deposited"
        };
        let commit = copy.commit("Account", event.stream.id(), name, event.json);
        append(&*store_of_another, &[commit]).await;
    }
    let parks = start::<14, PARKS_BY_ID>(&store_of_another).await;
    until("it goes on", async || is_at(&parks, 5).await).await;
    let parked = parks
        .projection::<Picky<14, PARKS_BY_ID>>()
        .parked()
        .await
        .unwrap();
    let keys: Vec<_> = parked
        .iter()
        .map(|each| (each.key.as_str(), each.event.position))
        .collect();
    assert_eq!(keys, [("a", 3), ("c", 4)]);
    parks.shutdown().await.unwrap();
}
