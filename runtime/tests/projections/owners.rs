//! Two processes that want to fold the same projections.

use std::sync::Arc;
use std::time::Duration;

use gesta::store::Store;
use gesta::{App, ProjectionState};

use crate::account::{Account, Statement};
use crate::breaking::Breaking;
use crate::ledger::{Writer, check, facts, is_done, until};
use crate::picky::status;
use crate::stores::on_each_store;
use crate::transfer::{Transfer, Turnover};

async fn bank(store: impl gesta::store::IntoStore, lease: u64) -> App {
    let app = App::builder()
        .store(store)
        .lease(Duration::from_millis(lease));
    let app = app.aggregate::<Account>().aggregate::<Transfer>();
    app.projection::<Statement>()
        .projection::<Turnover>()
        .start()
        .await
        .unwrap()
}

async fn are_done(store: &dyn Store) {
    let log = facts(store).await;
    until("all is folded", async || {
        for projection in ["Statement", "Turnover"] {
            check(store, projection, 1, &log).await;
        }
        is_done(store, 2).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_stood_still_beyond_its_lease_writes_nothing() {
    for lease in [50, 100, 200] {
        for method in ["write", "read_log", "renew"] {
            on_each_store(async |store| {
                let mut writer = Writer::default();
                let own = Breaking::never(Arc::clone(&store));
                let owner = bank(own.clone(), lease).await;
                writer.append(&*store, 50).await;
                are_done(&*store).await;
                let other = Breaking::never(Arc::clone(&store));
                let standby = bank(other.clone(), lease).await;

                // Both directions: who stood still takes over again.
                for (stopped, awake) in [(&own, &other), (&other, &own)] {
                    stopped.hold_at(method);
                    writer.append(&*store, 40).await;
                    until("it stands still", async || stopped.is_held()).await;
                    writer.append(&*store, 40).await;
                    are_done(&*store).await;
                    let (claims, writes) = (stopped.calls("claim"), awake.calls("write"));
                    stopped.let_go();
                    until("it stands by", async || stopped.calls("claim") > claims + 2).await;
                    writer.append(&*store, 40).await;
                    are_done(&*store).await;
                    assert!(awake.calls("write") >= writes);
                }
                owner.shutdown().await.unwrap();
                writer.append(&*store, 10).await;
                are_done(&*store).await;
                standby.shutdown().await.unwrap();
            })
            .await;
        }
    }
}

/// The lease is an hour: nobody waits for its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_ends_gives_its_projections_up() {
    for is_dropped in [true, false] {
        on_each_store(async |store| {
            let mut writer = Writer::default();
            writer.append(&*store, 50).await;
            let first = bank(Arc::clone(&store), 3_600_000).await;
            are_done(&*store).await;
            match is_dropped {
                true => drop(first),
                false => first.shutdown().await.unwrap(),
            }
            let views = store.views().unwrap();
            until("nobody holds them", async || {
                let generations = views.generations().await.unwrap();
                generations.iter().all(|each| each.owner.is_none())
            })
            .await;
            writer.append(&*store, 50).await;
            let second = bank(Arc::clone(&store), 3_600_000).await;
            are_done(&*store).await;
            second.shutdown().await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn a_hole_in_the_log_stops_all_and_is_seen() {
    on_each_store(async |store| {
        Writer::default().append(&*store, 50).await;
        let holey = Breaking::never(Arc::clone(&store));
        holey.lose(Some(31));
        let app = bank(holey.clone(), 1_000).await;
        for projection in ["Statement", "Turnover"] {
            until("it stops", async || {
                status(&app, projection).await.state == ProjectionState::Stopped
            })
            .await;
            let stopped = status(&app, projection).await;
            let fault = stopped.fault.unwrap();
            assert_eq!((stopped.position, fault.position), (30, 31));
            assert_eq!(fault.error, "the log goes from position 30 to position 32");
        }
        holey.lose(None);
        assert!(app.projection::<Statement>().resume().await.unwrap());
        assert!(app.projection::<Turnover>().resume().await.unwrap());
        are_done(&*store).await;
        app.shutdown().await.unwrap();
    })
    .await;
}
