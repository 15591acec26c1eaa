//! A store that fails: everybody hears the truth, and nobody hears of somebody else's error.

use std::sync::Arc;

use gesta::store::{CommandKey, Commit, MemoryStore, NewEvent, Store, StreamName};
use gesta::{App, SendError};
use uuid::Uuid;

use crate::account::*;
use crate::faulty::{Fault, Faulty, Stub, gated_bank_with};

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.next([Fault::AnswerLost]);
    let done = bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(
        (done.version, done.position, done.events, done.duplicate),
        (3, 3, 1, false)
    );
    bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 40);
}

#[tokio::test]
async fn a_store_that_is_away_took_nothing_and_serves_again_later() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.next([Fault::Away]);
    let error = bank
        .send("alice", Withdraw { cents: 30 })
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::Store(gesta::StoreError::Unavailable(_))),
        "{error:?}"
    );
    bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 70);
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_says_how_to_ask_again() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    for fault in [Fault::AnswerLost, Fault::Away] {
        store.next([fault]);
        store.lookups_fail(true);
        let error = bank
            .send("alice", Withdraw { cents: 30 })
            .await
            .unwrap_err();
        let SendError::OutcomeUnknown { command_id } = error else {
            panic!("{error:?}")
        };
        store.lookups_fail(false);
        let done = bank
            .send("alice", Withdraw { cents: 30 })
            .command_id(command_id)
            .await
            .unwrap();
        assert_eq!(done.duplicate, fault == Fault::AnswerLost);
    }
    assert_eq!(balance(&bank, "alice").await, 40);
}

#[tokio::test]
async fn a_commit_that_the_store_cannot_take_fails_alone() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    let blocker = tokio::spawn(bank.send("blocker", open()).into_future());
    settle().await;
    // While the first append is held back, these come together to one batch.
    store.refuse("poison");
    let owners = ["first", "poison", "third", "fourth"];
    let sent = owners.map(|owner| {
        tokio::spawn(
            bank.send(
                owner,
                Open {
                    owner: owner.into(),
                },
            )
            .into_future(),
        )
    });
    settle().await;
    store.let_through(100);
    blocker.await.unwrap().unwrap();
    for (owner, sent) in owners.iter().zip(sent) {
        let answer = sent.await.unwrap();
        assert_eq!(answer.is_err(), *owner == "poison", "{owner}: {answer:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_of_a_first_send_is_no_duplicate() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    let id = Uuid::now_v7();
    store.next([Fault::AnswerLost]);
    let withdraw = || bank.send("alice", Withdraw { cents: 30 }).command_id(id);
    assert!(!withdraw().await.unwrap().duplicate);
    assert!(withdraw().await.unwrap().duplicate);
    store.next([Fault::Fails, Fault::AnswerLost]);
    bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
    assert!(withdraw().await.unwrap().duplicate);
    assert_eq!(balance(&bank, "alice").await, 70);
}

#[tokio::test]
async fn another_command_that_took_the_id_meanwhile_is_no_success() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.refuse("1000");
    let theirs = Commit {
        digest: Some(1),
        ..somebody_elses_deposit(2)
    };
    let id = theirs.meta.command_id;
    store.is_overtaken_by(theirs);
    let error = bank
        .send("alice", Deposit { cents: 1_000 })
        .command_id(id)
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::CommandIdReused { .. }),
        "{error:?}"
    );
    assert_eq!(balance(&bank, "alice").await, 101);
}

#[tokio::test]
async fn the_same_command_of_another_process_is_no_first_send() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    let theirs = somebody_elses_deposit(2);
    let id = theirs.meta.command_id;
    let deposit = |bank: &App| bank.send("alice", Deposit { cents: 1 }).command_id(id);
    // What another process records of it.
    let elsewhere = Faulty::new();
    let other = bank_with(elsewhere.clone(), 100).await;
    deposit(&other).await.unwrap();
    let key = CommandKey {
        command_id: id,
        stream: theirs.stream.clone(),
    };
    let recorded = elsewhere.beneath().lookup(&[key]).await.unwrap();
    let digest = recorded[0].known.unwrap().digest;
    store.refuse(r#"{"cents":1}"#);
    store.is_overtaken_by(Commit { digest, ..theirs });
    let done = deposit(&bank).await.unwrap();
    assert_eq!((done.version, done.duplicate), (3, true));
    assert_eq!(balance(&bank, "alice").await, 101);
}

#[tokio::test]
async fn a_store_that_panics_fails_the_command_and_not_the_app() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.next([Fault::Panics]);
    let error = bank
        .send("alice", Withdraw { cents: 30 })
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Store(_)), "{error:?}");
    bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    bank.send("bob", open()).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 70);
}

#[tokio::test]
async fn a_store_that_takes_nothing_is_not_asked_for_each_command() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    let blocker = tokio::spawn(bank.send("blocker", open()).into_future());
    settle().await;
    store.refuse("Alice");
    let sent: Vec<_> = (0..100)
        .map(|id| tokio::spawn(bank.send(format!("a{id}"), open()).into_future()))
        .collect();
    settle().await;
    store.let_through(1_000);
    blocker.await.unwrap().unwrap_err();
    for sent in sent {
        assert!(matches!(sent.await.unwrap(), Err(SendError::Store(_))));
    }
    assert!(store.appends() < 10, "{} appends", store.appends());
}

#[tokio::test]
async fn an_id_that_its_source_made_twice_is_an_error_and_not_a_success() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = || {
        let ids = gesta::testing::SequentialIds::default();
        gesta::App::builder()
            .store(Arc::clone(&store))
            .ids(ids)
            .aggregate::<Account>()
            .start()
    };
    let (left, right) = (app().await.unwrap(), app().await.unwrap());
    left.send("alice", Gift { cents: 1 }).await.unwrap();
    let error = right.send("alice", Gift { cents: 1 }).await.unwrap_err();
    assert!(
        matches!(error, SendError::CommandIdReused { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn conflicts_without_end_are_an_error() {
    let bank = bank_on(Stub(Vec::new())).await;
    let error = bank.send("alice", open()).await.unwrap_err();
    assert!(
        matches!(error, SendError::Conflict { attempts: 16 }),
        "{error:?}"
    );
    assert!(bank.history::<Account>("alice").next().await.is_none());
}

#[tokio::test]
async fn what_was_decided_on_a_lost_commit_is_not_written_over_somebody_elses() {
    let store = Faulty::gated();
    let (here, there) = (bank_on(store.clone()).await, bank_on(store.beneath()).await);
    there.send("alice", open()).await.unwrap();
    store.let_through(1);
    here.send("alice", Deposit { cents: 100 }).await.unwrap();
    // The deposit will fail. The withdrawal that needs it waits for the next batch; by then the stream has the version
    // that it was decided on, but not the deposit.
    store.next([Fault::Away]);
    let deposit = tokio::spawn(here.send("alice", Deposit { cents: 1_000 }).into_future());
    settle().await;
    let withdrawal = tokio::spawn(here.send("alice", Withdraw { cents: 1_050 }).into_future());
    settle().await;
    there.send("alice", Deposit { cents: 1 }).await.unwrap();
    store.let_through(10);
    assert!(matches!(deposit.await.unwrap(), Err(SendError::Store(_))));
    assert!(matches!(
        withdrawal.await.unwrap(),
        Err(SendError::Rejected(_))
    ));
    assert_eq!(balance(&here, "alice").await, 101);
}

#[tokio::test]
async fn a_commit_that_fails_alone_takes_those_with_it_that_stand_on_it() {
    let (store, here) = gated_bank_with(100).await;
    let blocker = tokio::spawn(here.send("bob", open()).into_future());
    settle().await;
    store.refuse("1000");
    store.is_overtaken_by(somebody_elses_deposit(2));
    let deposit = tokio::spawn(here.send("alice", Deposit { cents: 1_000 }).into_future());
    let withdrawal = tokio::spawn(here.send("alice", Withdraw { cents: 1_050 }).into_future());
    settle().await;
    store.let_through(10);
    blocker.await.unwrap().unwrap();
    assert!(matches!(deposit.await.unwrap(), Err(SendError::Store(_))));
    assert!(matches!(
        withdrawal.await.unwrap(),
        Err(SendError::Rejected(_))
    ));
    assert_eq!(balance(&here, "alice").await, 101);
}

/// A commit of one cent to `alice`, for somebody who finds her at this version.
fn somebody_elses_deposit(expected: u64) -> Commit {
    Commit {
        stream: StreamName::new("Account", "alice").unwrap(),
        expected,
        digest: None,
        events: vec![NewEvent {
            name: "Deposited".into(),
            schema: 1,
            json: r#"{"cents":1}"#.into(),
        }],
        meta: meta(),
        snapshot: None,
    }
}

#[tokio::test]
async fn a_duplicate_leaves_no_phantom_for_the_next_command() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (here, there) = (
        bank_with(Arc::clone(&store), 100).await,
        bank_on(store).await,
    );
    let id = Uuid::now_v7();
    for duplicate in [false, true] {
        let done = here
            .send("alice", Deposit { cents: 1_000 })
            .command_id(id)
            .await
            .unwrap();
        assert_eq!(done.duplicate, duplicate);
    }
    // Brings the stream to the version that it would have, had the second deposit counted.
    there.send("alice", Deposit { cents: 1 }).await.unwrap();
    let error = here
        .send("alice", Withdraw { cents: 1_102 })
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Rejected(_)), "{error:?}");
}
