//! Read models, from the command to the answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod account;
mod breaking;
mod crashes;
mod failures;
mod inline;
mod ledger;
mod lossy;
mod owners;
mod picky;
mod rebuilds;
mod transfer;
mod versioned;
mod waiting;

use std::time::Duration;

use account::{Account, Balance, Close, Deposit, Open, Statement};
use gesta::{App, ProjectionState, SendError};

#[tokio::test]
async fn a_statement_shows_what_was_deposited() {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Statement>()
        .start()
        .await
        .unwrap();
    bank.send(
        "alice",
        Open {
            owner: "Alice".into(),
        },
    )
    .await
    .unwrap();
    let done = bank
        .send("alice", Deposit { cents: 500 })
        .wait_for::<Statement>()
        .await
        .unwrap();
    assert!(done.visible);
    let alice = bank.view::<Statement>("alice").await.unwrap().unwrap();
    assert_eq!(
        (alice.owner.as_str(), alice.balance, alice.entries),
        ("Alice", 500, vec![2])
    );
    assert_eq!(
        bank.views()
            .by(Statement::OWNER, "Alice")
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        bank.views()
            .by(Statement::OWNER, "Bob")
            .count()
            .await
            .unwrap(),
        0
    );
    assert!(bank.view::<Statement>("bob").await.unwrap().is_none());
    bank.send("alice", Close {})
        .wait_for::<Statement>()
        .await
        .unwrap();
    assert!(bank.view::<Statement>("alice").await.unwrap().is_none());
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_projection_stops_at_an_event_that_it_does_not_take() {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Statement>()
        .start()
        .await
        .unwrap();
    bank.send(
        "alice",
        Open {
            owner: "Alice".into(),
        },
    )
    .await
    .unwrap();
    bank.send("alice", Deposit { cents: 13 }).await.unwrap();
    let done = bank
        .send("alice", Deposit { cents: 1 })
        .wait_for::<Statement>()
        .timeout(Duration::from_millis(900))
        .await
        .unwrap();
    assert!(!done.visible);
    let status = bank.projections().await.unwrap().remove(0);
    assert_eq!(status.state, ProjectionState::Stopped);
    assert_eq!(status.position, 1);
    assert_eq!(status.fault.unwrap().error, "thirteen");
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_rebuild_takes_over() {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Statement>()
        .start()
        .await
        .unwrap();
    bank.send(
        "alice",
        Open {
            owner: "Alice".into(),
        },
    )
    .await
    .unwrap();
    for _ in 0..10_000 {
        bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    }
    let generation = bank.projection::<Statement>().rebuild().await.unwrap();
    loop {
        let statuses = bank.projections().await.unwrap();
        assert!(bank.view::<Statement>("alice").await.unwrap().is_some());
        if statuses.len() == 1 && statuses[0].generation == generation {
            println!("{statuses:?}");
            break;
        }
        tokio::task::yield_now().await;
    }
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_inline_projection_is_there_with_the_answer() {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Balance>()
        .start()
        .await
        .unwrap();
    bank.send(
        "alice",
        Open {
            owner: "Alice".into(),
        },
    )
    .await
    .unwrap();
    for n in 1..=100 {
        bank.send("alice", Deposit { cents: 5 }).await.unwrap();
        assert_eq!(
            bank.view::<Balance>("alice").await.unwrap().unwrap().0,
            5 * n
        );
    }
    let refused = bank.send("alice", Deposit { cents: 13 }).await.unwrap_err();
    assert!(matches!(refused, SendError::Inline { .. }), "{refused:?}");
    assert_eq!(
        bank.send("alice", Deposit { cents: 1 })
            .await
            .unwrap()
            .version,
        102
    );
    assert_eq!(bank.view::<Balance>("alice").await.unwrap().unwrap().0, 501);
    bank.shutdown().await.unwrap();
}
