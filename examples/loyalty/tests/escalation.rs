//! What becomes of an upgrade that partners do not answer, on a clock that the test holds.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use std::time::Duration;

use gesta::testing::VirtualClock;
use gesta::{App, Clock, SagaStatus, SagaSummary, Timestamp};
use loyalty::answer::answer;
use loyalty::case::Case;
use loyalty::member::{Earn, Join};
use loyalty::nightly::nightly;
use loyalty::partner::Partner;
use loyalty::sagas::list;
use loyalty::upgrade::Upgrade;

const ID: &str = "ada:silver";

/// A scheme in which Ada has just become silver.
async fn risen() -> (App, VirtualClock) {
    let clock = VirtualClock::at("2026-11-01T02:00:00Z".parse().unwrap());
    let app = loyalty::open("memory:", Some(clock.clone())).await.unwrap();
    let name = "Ada".to_owned();
    app.send("ada", Join { name }).await.unwrap();
    let earn = Earn {
        points: 1_000,
        reason: "order 1".to_owned(),
        at: Timestamp::from_micros(0),
    };
    app.send("ada", earn).await.unwrap();
    let night = nightly(&app, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(night.risen.len(), 1);
    (app, clock)
}

async fn completed(app: &App) -> SagaSummary {
    let upgrade = app.saga::<Upgrade>(ID);
    let ended = upgrade.ended(Duration::from_secs(20)).await.unwrap();
    assert_eq!(ended.status, SagaStatus::Completed);
    ended
}

async fn escalated(app: &App) -> Vec<Partner> {
    let mut partners = app.load::<Case>(ID).await.unwrap().state.partners;
    partners.sort();
    partners
}

#[tokio::test]
async fn each_partner_that_is_silent_for_two_days_becomes_a_case() {
    let (app, clock) = risen().await;
    answer(&app, Partner::Logistics, ID).await.unwrap();
    let due = app.saga::<Upgrade>(ID).status().await.unwrap().due;
    assert_eq!(due, Some("2026-11-03T02:00:00Z".parse().unwrap()));

    clock.advance(Duration::from_secs(2 * 24 * 3_600));
    assert_eq!(completed(&app).await.due, None);
    assert_eq!(escalated(&app).await, [Partner::Payment, Partner::Support]);
    let listed = list(&app, Some(SagaStatus::Completed), clock.now())
        .await
        .unwrap();
    assert_eq!(
        listed,
        "1 upgrade\n\nada:silver  completed\n  answered: logistics\n  escalated: payment, support\n"
    );
}

#[tokio::test]
async fn an_answer_that_is_late_is_told_so_and_changes_nothing() {
    let (app, clock) = risen().await;
    clock.advance(Duration::from_secs(3 * 24 * 3_600));
    completed(&app).await;
    assert_eq!(
        answer(&app, Partner::Payment, ID).await.unwrap(),
        "payment has answered ada:silver, too late: it was escalated; \
         it has ended without payment, logistics, support.\n"
    );
    assert_eq!(escalated(&app).await, Partner::ALL);
}

#[tokio::test]
async fn nobody_is_escalated_where_all_answer() {
    let (app, clock) = risen().await;
    for partner in Partner::ALL {
        answer(&app, partner, ID).await.unwrap();
    }
    completed(&app).await;
    clock.advance(Duration::from_secs(3 * 24 * 3_600));
    let listed = list(&app, None, clock.now()).await.unwrap();
    assert_eq!(
        listed,
        "1 upgrade\n\nada:silver  completed\n  answered: payment, logistics, support\n"
    );
    assert!(app.load::<Case>(ID).await.is_err());
}
