//! Command ids: what a retry is told, and what it costs.

use std::sync::Arc;

use gesta::SendError;
use gesta::store::{MemoryStore, Store};
use uuid::Uuid;

use crate::account::*;
use crate::faulty::Faulty;

#[tokio::test]
async fn a_retry_returns_the_first_outcome() {
    let bank = bank_with("memory:", 100).await;
    let id = Uuid::now_v7();
    let first = bank
        .send("alice", Withdraw { cents: 60 })
        .command_id(id)
        .await
        .unwrap();
    bank.send("alice", Deposit { cents: 100 }).await.unwrap();
    let again = bank
        .send("alice", Withdraw { cents: 60 })
        .command_id(id)
        .await
        .unwrap();
    assert!(again.duplicate && !first.duplicate);
    assert_eq!(
        (again.version, again.position, again.events),
        (first.version, first.position, first.events)
    );
    assert_eq!(balance(&bank, "alice").await, 140);
}

#[tokio::test]
async fn a_retry_that_would_be_refused_by_now_is_the_first_success() {
    let bank = bank_with("memory:", 100).await;
    let (withdrawal, opening) = (Uuid::now_v7(), Uuid::now_v7());
    bank.send("alice", Withdraw { cents: 60 })
        .command_id(withdrawal)
        .await
        .unwrap();
    assert!(
        bank.send("alice", Withdraw { cents: 60 })
            .command_id(withdrawal)
            .await
            .unwrap()
            .duplicate
    );
    bank.send("bob", open()).command_id(opening).await.unwrap();
    let again = bank.send("bob", open()).command_id(opening).await.unwrap();
    assert_eq!((again.version, again.duplicate), (1, true));
}

#[tokio::test]
async fn a_retry_sent_beside_its_original_takes_effect_once() {
    let bank = bank_with("memory:", 100).await;
    let id = Uuid::now_v7();
    let send = || {
        bank.send("alice", Withdraw { cents: 40 })
            .command_id(id)
            .into_future()
    };
    let (first, second, third) = tokio::join!(send(), send(), send());
    let duplicates = [first, second, third].map(|answer| answer.unwrap().duplicate);
    assert_eq!(duplicates.iter().filter(|duplicate| **duplicate).count(), 2);
    assert_eq!(balance(&bank, "alice").await, 60);
}

#[tokio::test]
async fn the_same_id_for_another_command_is_an_error() {
    let bank = bank_with("memory:", 100).await;
    let id = Uuid::now_v7();
    bank.send("alice", Withdraw { cents: 60 })
        .command_id(id)
        .await
        .unwrap();
    for error in [
        bank.send("alice", Withdraw { cents: 61 })
            .command_id(id)
            .await
            .unwrap_err(),
        bank.send("alice", Deposit { cents: 60 })
            .command_id(id)
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(error, SendError::CommandIdReused { command_id } if command_id == id),
            "{error:?}"
        );
    }
    assert_eq!(balance(&bank, "alice").await, 40);
}

#[tokio::test]
async fn one_id_may_serve_two_aggregates() {
    let bank = bank_on("memory:").await;
    let id = Uuid::now_v7();
    assert!(
        !bank
            .send("alice", open())
            .command_id(id)
            .await
            .unwrap()
            .duplicate
    );
    assert!(
        !bank
            .send("bob", open())
            .command_id(id)
            .await
            .unwrap()
            .duplicate
    );
}

#[tokio::test]
async fn a_command_that_changed_nothing_is_remembered_too() {
    let bank = bank_with("memory:", 100).await;
    bank.send("alice", Close).await.unwrap();
    let id = Uuid::now_v7();
    let first = bank.send("alice", Close).command_id(id).await.unwrap();
    assert_eq!(
        (first.version, first.position, first.events, first.duplicate),
        (3, 3, 0, false)
    );
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    let again = bank.send("alice", Close).command_id(id).await.unwrap();
    assert_eq!((again.version, again.events, again.duplicate), (3, 0, true));
    let error = bank
        .send("alice", Deposit { cents: 1 })
        .command_id(id)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::CommandIdReused { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_rejection_is_not_remembered() {
    let bank = bank_with("memory:", 10).await;
    let id = Uuid::now_v7();
    bank.send("alice", Withdraw { cents: 60 })
        .command_id(id)
        .await
        .unwrap_err();
    bank.send("alice", Deposit { cents: 100 }).await.unwrap();
    assert!(
        !bank
            .send("alice", Withdraw { cents: 60 })
            .command_id(id)
            .await
            .unwrap()
            .duplicate
    );
}

#[tokio::test]
async fn after_one_retry_the_next_are_looked_up_and_not_decided() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    let ids: Vec<_> = (0..10).map(|_| Uuid::now_v7()).collect();
    for id in &ids {
        bank.send("alice", Withdraw { cents: 1 })
            .command_id(*id)
            .await
            .unwrap();
    }
    bank.send("alice", Withdraw { cents: 1 })
        .command_id(ids[0])
        .await
        .unwrap();
    settle().await;
    let (appends, loads) = (store.appends(), store.loads());
    for id in &ids {
        assert!(
            bank.send("alice", Withdraw { cents: 1 })
                .command_id(*id)
                .await
                .unwrap()
                .duplicate
        );
    }
    assert_eq!(
        (store.appends(), store.loads()),
        (appends, loads),
        "each retry cost an append or a load"
    );
    // Something new is looked up once more, and then it is as before.
    for _ in 0..5 {
        bank.send("alice", Withdraw { cents: 1 })
            .command_id(Uuid::now_v7())
            .await
            .unwrap();
    }
    assert_eq!((store.appends(), store.loads()), (appends + 5, loads));
    assert_eq!(store.lookups(), 10 + 1);
    assert_eq!(balance(&bank, "alice").await, 85);
}

#[tokio::test]
async fn many_retries_at_once_are_answered_together() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 1_000).await;
    let ids: Vec<_> = (0..200).map(|_| Uuid::now_v7()).collect();
    for round in 0..2 {
        let sent = ids.iter().map(|id| {
            bank.send("alice", Withdraw { cents: 1 })
                .command_id(*id)
                .into_future()
        });
        for answer in sent.map(tokio::spawn).collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap().unwrap().duplicate, round == 1);
        }
    }
    assert!(
        store.loads() < 10,
        "{} loads for 200 retries",
        store.loads()
    );
    assert_eq!(balance(&bank, "alice").await, 800);
}

#[tokio::test]
async fn a_panic_is_no_answer_to_a_retry_nor_on_a_stale_state() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (here, there) = (
        bank_with(Arc::clone(&store), 100).await,
        bank_on(store).await,
    );
    // `PanicIfRich` panics above 50 cents. It is not here that the account has become poor.
    there.send("alice", Withdraw { cents: 60 }).await.unwrap();
    let id = Uuid::now_v7();
    here.send("alice", PanicIfRich)
        .command_id(id)
        .await
        .unwrap();
    here.send("alice", Deposit { cents: 100 }).await.unwrap();
    assert!(matches!(
        here.send("alice", PanicIfRich).await,
        Err(SendError::Panicked { .. })
    ));
    assert!(
        here.send("alice", PanicIfRich)
            .command_id(id)
            .await
            .unwrap()
            .duplicate
    );
    // The same where the events cannot be applied any more.
    let id = Uuid::now_v7();
    let first = here
        .send("alice", Deposit { cents: 1 })
        .command_id(id)
        .await
        .unwrap();
    there.send("alice", Deposit { cents: 1 }).await.unwrap();
    let again = here
        .send("alice", Deposit { cents: 1 })
        .command_id(id)
        .await
        .unwrap();
    assert_eq!((again.version, again.duplicate), (first.version, true));
}

#[tokio::test]
async fn a_retry_behind_a_command_under_way_is_answered() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    store.let_through(2);
    let id = Uuid::now_v7();
    for _ in 0..2 {
        bank.send("alice", Gift { cents: 1 })
            .command_id(id)
            .await
            .unwrap();
    }
    settle().await;
    let first = tokio::spawn(bank.send("alice", Gift { cents: 1 }).into_future());
    settle().await;
    let retry = tokio::spawn(
        bank.send("alice", Gift { cents: 1 })
            .command_id(id)
            .into_future(),
    );
    settle().await;
    store.let_through(10);
    assert_eq!(first.await.unwrap().unwrap().version, 2);
    assert!(retry.await.unwrap().unwrap().duplicate);
}
