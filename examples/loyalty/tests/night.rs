//! Nights that are run again.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use gesta::{App, SagaStatus, Timestamp};
use loyalty::day::Day;
use loyalty::member::{Earn, Join, Member, Settle};
use loyalty::nightly::nightly;
use loyalty::once::command_id;
use loyalty::upgrade::Upgrade;
use tempfile::TempDir;

/// A member with 1,000 points.
async fn join(app: &App, member: &str) {
    let name = "Ada".to_owned();
    app.send(member, Join { name }).await.unwrap();
    let earn = Earn {
        points: 1_000,
        reason: "order 1".to_owned(),
        at: Timestamp::from_micros(0),
    };
    app.send(member, earn).await.unwrap();
}

/// Settles a member as a night does that is killed before anybody hears of it.
async fn settle_only(store: &str, member: &str, cut_off: Day) {
    let app = App::builder().store(store).aggregate::<Member>();
    let app = app.start().await.unwrap();
    let id = command_id(&["settle", member, &cut_off.to_string()]);
    let cut_off = cut_off.start();
    let settled = app.send(member, Settle { cut_off }).command_id(id).await;
    assert_eq!(settled.unwrap().events, 1);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_night_that_was_cut_short_is_finished_by_the_next() {
    let directory = TempDir::new().unwrap();
    let store = format!("sqlite:{}", directory.path().join("loyalty.db").display());
    let cut_off = "2026-11-01".parse().unwrap();
    let app = loyalty::open(&store, None).await.unwrap();
    join(&app, "ada").await;
    join(&app, "bob").await;
    app.shutdown().await.unwrap();
    settle_only(&store, "ada", cut_off).await;

    let app = loyalty::open(&store, None).await.unwrap();
    let night = nightly(&app, cut_off).await.unwrap();
    assert_eq!((night.before, night.settled), (1, 1));
    assert_eq!(night.risen.len(), 1);
    assert_eq!(night.upgrades, ["ada:silver", "bob:silver"]);
    for upgrade in &night.upgrades {
        let told = app.saga::<Upgrade>(upgrade).status().await.unwrap();
        assert_eq!(told.status, SagaStatus::Waiting, "{upgrade}");
        assert_eq!(told.done.len(), 3, "{upgrade}");
    }
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn many_members_are_settled_page_by_page() {
    let app = loyalty::open("memory:", None).await.unwrap();
    for number in 0..250 {
        join(&app, &format!("m-{number}")).await;
    }
    let night = nightly(&app, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!((night.settled, night.risen.len()), (250, 250));
    let waiting = app.sagas().status(SagaStatus::Waiting).limit(1_000);
    app.wait(
        app.position().await.unwrap(),
        std::time::Duration::from_secs(20),
    )
    .await;
    assert_eq!(waiting.await.unwrap().len(), 250);
}
