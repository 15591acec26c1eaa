//! Futures that are dropped leave no connection of ours in the middle of anything.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use gesta::store::{PageLimit, PostgresStore, Store, StreamName};
use gesta::{App, LoadError, StoreError};
use gesta_test_postgres::database;
use sqlx::Connection;

use crate::account::{Account, Deposit, balance, bank_on, commit, log};
use crate::sql::{connect, number, rows, with};

/// A future that is let go before its poll number `left + 1`.
struct DropAfter<F> {
    inner: Option<Pin<Box<F>>>,
    left: usize,
}

impl<F: Future> Future for DropAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            self.inner = None;
            return Poll::Ready(None);
        }
        self.left -= 1;
        match &mut self.inner {
            Some(inner) => inner.as_mut().poll(cx).map(Some),
            None => Poll::Ready(None),
        }
    }
}

fn drop_after<F: Future>(left: usize, future: F) -> DropAfter<F> {
    let inner = Some(Box::pin(future));
    DropAfter { inner, left }
}

/// Ours, by the name that the address gives them.
const OURS: &str =
    "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ours'";

/// Waits until none of our connections does anything, and fails if one is left open in a transaction.
async fn assert_idle(url: &str, most: i64) {
    let mut connection = connect(url).await;
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let states = rows(
            &mut connection,
            &format!("SELECT coalesce(state, 'none') || ': ' || query {OURS} AND state IS DISTINCT FROM 'idle'"),
        )
        .await;
        let count = number(url, &format!("SELECT count(*) {OURS}")).await;
        if states.is_empty() && count <= most {
            return;
        }
        let states: Vec<String> = states.iter().map(|row| sqlx::Row::get(row, 0)).collect();
        assert!(Instant::now() < end, "{count} connections: {states:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_callers_leave_no_connection_in_a_transaction() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let builder = PostgresStore::builder(&address).unwrap().readers(2);
    let bank = bank_on(builder).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    let mut sent = 1;
    let mut most = 0;
    for round in 0..40_u64 {
        let mut callers = Vec::new();
        for caller in 0..8_usize {
            let bank = bank.clone();
            let polls = caller % 4;
            callers.push(tokio::spawn(async move {
                let id = format!("{}", round % 5);
                drop_after(polls, bank.load::<Account>("alice")).await;
                drop_after(polls, bank.history::<Account>("alice").next()).await;
                drop_after(polls, bank.verify()).await;
                let deposit = bank.send(id.as_str(), Deposit { cents: 1 });
                drop_after(polls, deposit.into_future()).await;
            }));
        }
        let mut whole = Vec::new();
        for _ in 0..4 {
            whole.push(tokio::spawn(
                bank.send("alice", Deposit { cents: 1 }).into_future(),
            ));
        }
        for caller in callers {
            caller.await.unwrap();
        }
        for each in whole {
            each.await.unwrap().unwrap();
            sent += 1;
        }
        most = most.max(number(database.url(), &format!("SELECT count(*) {OURS}")).await);
    }
    assert!(most <= 3, "{most} connections: one writes, two read");
    assert_idle(database.url(), 3).await;
    assert_eq!(balance(&bank, "alice").await, sent);
    bank.shutdown().await.unwrap();
    assert_idle(database.url(), 0).await;
    log(database.url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_connections_are_made_than_are_told() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let builder = PostgresStore::builder(&address).unwrap().readers(2);
    let store = Arc::new(builder.open().await.unwrap());
    let mut hints = store.hints();
    for round in 0..20 {
        let reads = (0..32).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let stream = StreamName::new("Account", "alice").unwrap();
                let limit = PageLimit::default();
                store.read_stream(&stream, 0, limit).await.unwrap();
                store.read_log(0, limit).await.unwrap();
            })
        });
        let reads: Vec<_> = reads.collect();
        store.append(&[commit("alice", round, 1)]).await.unwrap();
        hints.next().await;
        for read in reads {
            read.await.unwrap();
        }
        let count = number(database.url(), &format!("SELECT count(*) {OURS}")).await;
        assert!(count <= 4, "{count}: one writes, two read, one listens");
    }
    store.close().await.unwrap();
    drop((store, hints));
    assert_idle(database.url(), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_is_dropped_leaves_no_connection() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    for polls in 0..6 {
        let start = || {
            App::builder()
                .store(address.as_str())
                .aggregate::<Account>()
        };
        drop(drop_after(polls, start().start()).await);
        let bank = start().start().await.unwrap();
        bank.send("alice", Deposit { cents: 1 }).await.unwrap();
        bank.shutdown().await.unwrap();
        assert_idle(database.url(), 0).await;
    }
}

#[tokio::test]
async fn a_command_that_is_dropped_inside_a_transaction_goes_with_it() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let bank = bank_on(address).await;
    let mut done = 0;
    for polls in 0..60 {
        let mut connection = connect(database.url()).await;
        let mut transaction = connection.begin().await.unwrap();
        let deposit = bank.send("alice", Deposit { cents: 1 });
        let sent = drop_after(polls, deposit.within(&mut transaction)).await;
        done += u32::from(sent.is_some());
        drop(transaction);
        connection.close().await.ok();
        // Nothing of it stays: no lock, no event, no position.
        let sent = bank.send("alice", Deposit { cents: 1 }).await.unwrap();
        assert_eq!(
            (sent.version, sent.position),
            (polls as u64 + 1, polls as u64 + 1)
        );
    }
    assert!(done > 0, "it never ends");
    assert_idle(database.url(), 5).await;
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_closed_says_so_at_once() {
    let Some(database) = database().await else {
        return;
    };
    let bank = bank_on(database.url()).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    balance(&bank, "alice").await;
    bank.shutdown().await.unwrap();
    let start = Instant::now();
    let loaded = bank.load::<Account>("alice").await;
    assert!(
        matches!(loaded, Err(LoadError::Store(StoreError::Unavailable(_)))),
        "{loaded:?}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "it was waited for"
    );
}

#[tokio::test]
async fn a_store_that_is_dropped_leaves_no_connection() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let bank = bank_on(address).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    balance(&bank, "alice").await;
    drop(bank);
    assert_idle(database.url(), 0).await;
}

/// Whoever holds the store may still be there.
#[tokio::test]
async fn a_store_that_is_closed_leaves_no_connection() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let store = PostgresStore::connect(&address).await.unwrap();
    let mut hints = store.hints();
    store.append(&[commit("alice", 0, 1)]).await.unwrap();
    hints.next().await;
    store.close().await.unwrap();
    assert_idle(database.url(), 0).await;
}
