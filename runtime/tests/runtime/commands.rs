//! What a caller sees of commands and their answers.

use std::sync::Arc;

use gesta::SendError;
use gesta::store::{MemoryStore, Store};
use uuid::Uuid;

use crate::account::*;

#[tokio::test]
async fn a_command_answers_with_version_and_position() {
    let bank = bank_on("memory:").await;
    let opened = bank.send("alice", open()).await.unwrap();
    assert_eq!(
        (
            opened.version,
            opened.position,
            opened.events,
            opened.duplicate
        ),
        (1, 1, 1, false)
    );
    bank.send("bob", open()).await.unwrap();
    bank.send("alice", Deposit { cents: 10 }).await.unwrap();
    let both = bank
        .send("alice", Exchange { out: 5, back: 1 })
        .await
        .unwrap();
    assert_eq!((both.version, both.position, both.events), (4, 5, 2));
    assert_eq!(balance(&bank, "alice").await, 6);
}

#[tokio::test]
async fn existence_is_checked_before_the_command_is_decided() {
    let bank = bank_on("memory:").await;
    let error = bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
    assert!(
        matches!(&error, SendError::NotFound { aggregate: "Account", id } if id == "alice"),
        "{error:?}"
    );
    bank.send("alice", Gift { cents: 1 }).await.unwrap();
    bank.send("alice", Gift { cents: 1 }).await.unwrap();
    let error = bank.send("alice", open()).await.unwrap_err();
    assert!(
        matches!(error, SendError::AlreadyExists { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_refusal_is_the_aggregates_own_error_and_writes_nothing() {
    let bank = bank_with("memory:", 100).await;
    let error = bank
        .send("alice", Withdraw { cents: 150 })
        .await
        .unwrap_err();
    let SendError::Rejected(refused) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        refused,
        Refused::InsufficientFunds {
            requested: 150,
            available: 100
        }
    );
    assert_eq!(bank.load::<Account>("alice").await.unwrap().version, 2);
}

#[tokio::test]
async fn what_is_said_of_a_command_stands_beside_its_events() {
    let bank = bank_on("memory:").await;
    let id = Uuid::now_v7();
    let send = bank.send("alice", open()).command_id(id);
    send.correlation("request 7")
        .causation("message 3")
        .actor("carol")
        .await
        .unwrap();
    let meta = bank
        .history::<Account>("alice")
        .next()
        .await
        .unwrap()
        .unwrap()
        .meta;
    assert_eq!(meta.command_id, id);
    assert_eq!(meta.correlation.as_deref(), Some("request 7"));
    assert_eq!(meta.causation.as_deref(), Some("message 3"));
    assert_eq!(meta.actor.as_deref(), Some("carol"));
}

#[tokio::test]
async fn two_apps_on_one_store_agree_on_every_command() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (left, right) = (
        bank_with(Arc::clone(&store), 100).await,
        bank_on(store).await,
    );
    // Each caches the account, and then learns of the other's writes only from the store.
    for round in 1..=10 {
        left.send("alice", Withdraw { cents: 100 }).await.unwrap();
        let error = right
            .send("alice", Withdraw { cents: 1 })
            .await
            .unwrap_err();
        assert!(matches!(error, SendError::Rejected(_)), "{error:?}");
        right.send("alice", Deposit { cents: 100 }).await.unwrap();
        assert_eq!(
            right.load::<Account>("alice").await.unwrap().version,
            2 + round * 2
        );
    }
}

#[tokio::test]
async fn a_refusal_never_rests_on_a_stale_state() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (left, right) = (bank_with(Arc::clone(&store), 0).await, bank_on(store).await);
    right
        .send("alice", Withdraw { cents: 5 })
        .await
        .unwrap_err();
    left.send("alice", Deposit { cents: 5 }).await.unwrap();
    right.send("alice", Withdraw { cents: 5 }).await.unwrap();
    left.send("alice", Close).await.unwrap();
    assert_eq!(right.send("alice", Close).await.unwrap().events, 0);
}

#[tokio::test]
async fn a_panic_in_the_aggregate_is_an_answer_and_hurts_nobody_else() {
    let bank = bank_with("memory:", 100).await;
    let error = bank.send("alice", PanicWhileDeciding).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Panicked { message } if message == "decided badly"),
        "{error:?}"
    );
    let error = bank
        .send("alice", Deposit { cents: PANICS })
        .await
        .unwrap_err();
    assert!(
        matches!(&error, SendError::Panicked { message } if message == "applied badly"),
        "{error:?}"
    );
    let error = bank
        .send("alice", Withdraw { cents: 101 })
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::Rejected(_)),
        "decided on what was half applied: {error:?}"
    );
    bank.send("alice", Withdraw { cents: 100 }).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 0);
}

#[tokio::test]
async fn an_aggregate_that_is_not_registered_is_named() {
    let bank = gesta::App::builder()
        .store("memory:")
        .start()
        .await
        .unwrap();
    let error = bank.send("alice", open()).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Unregistered {
                aggregate: "Account"
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn events_that_a_stale_state_cannot_take_are_decided_on_the_stored_one() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (here, there) = (
        bank_with(Arc::clone(&store), u64::MAX).await,
        bank_on(store).await,
    );
    there
        .send("alice", Withdraw { cents: u64::MAX })
        .await
        .unwrap();
    assert_eq!(
        here.send("alice", Deposit { cents: 1 })
            .await
            .unwrap()
            .version,
        4
    );
    assert_eq!(balance(&here, "alice").await, 1);
}
