//! Nobody hears of anything that is not durable, and what was decided on it goes with it.

use std::pin::pin;
use std::task::Poll;

use gesta::SendError;

use crate::account::*;
use crate::faulty::{Fault, Faulty, gated_bank_with};

async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending()))
        .await
}

#[tokio::test]
async fn the_caller_is_answered_only_once_the_events_are_written() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    let mut sent = pin!(bank.send("alice", open()).into_future());
    for _ in 0..10 {
        assert!(is_pending(&mut sent).await, "answered before the append");
        settle().await;
    }
    assert!(
        bank.load::<Account>("alice").await.is_err(),
        "what is not written is not read"
    );
    store.let_through(1);
    assert_eq!(sent.await.unwrap().version, 1);
}

#[tokio::test]
async fn commands_of_one_aggregate_do_not_wait_for_each_others_writes() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    store.let_through(1);
    bank.send("alice", open()).await.unwrap();
    let deposits: Vec<_> = (0..50)
        .map(|_| tokio::spawn(bank.send("alice", Deposit { cents: 1 }).into_future()))
        .collect();
    settle().await;
    // The first is in the store's hands, alone or with some; all others are one batch.
    store.let_through(2);
    for deposit in deposits {
        deposit.await.unwrap().unwrap();
    }
    assert!(store.appends() <= 3, "{} appends", store.appends());
    assert_eq!(balance(&bank, "alice").await, 50);
}

#[tokio::test]
async fn a_refusal_waits_for_what_it_was_decided_on() {
    let (store, bank) = gated_bank_with(100).await;
    store.next([Fault::Away]);
    let mut takes_all = pin!(bank.send("alice", Withdraw { cents: 100 }).into_future());
    let mut finds_nothing = pin!(bank.send("alice", Withdraw { cents: 1 }).into_future());
    assert!(is_pending(&mut takes_all).await);
    assert!(is_pending(&mut finds_nothing).await);
    settle().await;
    assert!(
        is_pending(&mut finds_nothing).await,
        "refused because of a withdrawal that is not durable"
    );
    store.let_through(2);
    assert!(matches!(takes_all.await, Err(SendError::Store(_))));
    finds_nothing.await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 99);
}

#[tokio::test]
async fn what_was_decided_on_a_failed_commit_is_decided_again_in_order() {
    let (store, bank) = gated_bank_with(10).await;
    store.next([Fault::Away]);
    let deposit = tokio::spawn(bank.send("alice", Deposit { cents: 1_000 }).into_future());
    settle().await;
    // All of these were possible only with the deposit: the first is refused, the smaller ones are not, in order.
    let withdrawals: Vec<_> = [500, 6, 5, 4]
        .map(|cents| tokio::spawn(bank.send("alice", Withdraw { cents }).into_future()))
        .into_iter()
        .collect();
    settle().await;
    store.let_through(10);
    assert!(matches!(deposit.await.unwrap(), Err(SendError::Store(_))));
    let mut done = Vec::new();
    for withdrawal in withdrawals {
        done.push(withdrawal.await.unwrap().is_ok());
    }
    assert_eq!(done, [false, true, false, true]);
    assert_eq!(balance(&bank, "alice").await, 0);
    assert_eq!(bank.load::<Account>("alice").await.unwrap().version, 4);
}

#[tokio::test]
async fn a_command_that_came_later_is_not_decided_before_one_that_is_decided_again() {
    let (store, bank) = gated_bank_with(10).await;
    store.next([Fault::Away]);
    let first = tokio::spawn({
        let bank = bank.clone();
        async move {
            bank.send("alice", Deposit { cents: 1_000 })
                .await
                .unwrap_err();
            // The withdrawal of 8 cents is on its way to the store, in vain.
            bank.send("alice", Withdraw { cents: 5 }).await
        }
    });
    settle().await;
    let second = tokio::spawn(bank.send("alice", Withdraw { cents: 8 }).into_future());
    settle().await;
    store.let_through(10);
    second.await.unwrap().unwrap();
    assert!(matches!(first.await.unwrap(), Err(SendError::Rejected(_))));
}

#[tokio::test]
async fn shutdown_answers_what_is_under_way_and_takes_no_more() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    let sent: Vec<_> = (0..20)
        .map(|id| tokio::spawn(bank.send(format!("a{id}"), open()).into_future()))
        .collect();
    settle().await;
    let shutdown = tokio::spawn({
        let bank = bank.clone();
        async move { bank.shutdown().await }
    });
    settle().await;
    assert!(!shutdown.is_finished(), "shut down before the answers");
    assert!(matches!(
        bank.send("late", open()).await,
        Err(SendError::ShuttingDown)
    ));
    store.let_through(20);
    shutdown.await.unwrap().unwrap();
    for answer in sent {
        answer.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_app_that_is_dropped_writes_what_is_under_way() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    let mut sent = pin!(bank.send("alice", open()).into_future());
    assert!(is_pending(&mut sent).await);
    settle().await;
    drop(bank);
    store.let_through(1);
    assert_eq!(sent.await.unwrap().version, 1);
}

#[test]
fn a_command_that_comes_after_the_runtime_is_answered() {
    let first = tokio::runtime::Runtime::new().unwrap();
    let bank = first.block_on(bank_with("memory:", 100));
    drop(first);
    let second = tokio::runtime::Runtime::new().unwrap();
    second.block_on(async {
        // One that is in memory, and two that are not.
        for id in ["alice", "bob", "bob"] {
            bank.send(id, Gift { cents: 1 }).await.unwrap_err();
        }
        assert!(bank.load::<Account>("alice").await.is_err());
        assert!(
            bank.history::<Account>("alice")
                .next()
                .await
                .unwrap()
                .is_err()
        );
        assert!(bank.shutdown().await.is_err());
    });
}

/// Panics when it is asked for the second time, once.
struct BadClock(std::sync::atomic::AtomicU32);

impl gesta::Clock for BadClock {
    fn now(&self) -> gesta::Timestamp {
        let calls = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        assert!(calls != 1, "out of time");
        gesta::Timestamp::from_micros(0)
    }
}

#[tokio::test]
async fn a_clock_that_panics_strands_nobody() {
    let clock = BadClock(std::sync::atomic::AtomicU32::new(0));
    let bank = gesta::App::builder()
        .store("memory:")
        .clock(clock)
        .aggregate::<Account>()
        .start()
        .await
        .unwrap();
    let sent = [1, 2, 3, 4].map(|cents| bank.send("alice", Gift { cents }).into_future());
    let mut panicked = 0;
    for answer in sent.map(tokio::spawn) {
        panicked += u32::from(matches!(
            answer.await.unwrap(),
            Err(SendError::Panicked { .. })
        ));
    }
    assert_eq!(panicked, 1);
    bank.send("alice", Gift { cents: 1 }).await.unwrap();
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_store_that_the_caller_opened_stays_open() {
    let directory = tempfile::tempdir().unwrap();
    let store = gesta::store::SqliteStore::open(directory.path().join("bank.db"))
        .await
        .unwrap();
    let store: std::sync::Arc<dyn gesta::store::Store> = std::sync::Arc::new(store);
    let (first, second) = (bank_on(store.clone()).await, bank_on(store.clone()).await);
    first.send("alice", open()).await.unwrap();
    first.shutdown().await.unwrap();
    drop(first);
    second.send("alice", Deposit { cents: 1 }).await.unwrap();
    second.shutdown().await.unwrap();
    store
        .read_log(0, gesta::store::PageLimit::default())
        .await
        .unwrap();
    store.close().await.unwrap();
}
