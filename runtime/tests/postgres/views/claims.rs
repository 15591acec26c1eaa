//! Who may write, where two processes want to.

use std::sync::Arc;
use std::time::Duration;

use gesta::Uuid;
use gesta_test_postgres::{Database, database};
use sqlx::Connection;

use super::{HOUR, batch, claimed, declaration, document, open, views};
use crate::sql::{connect, number};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_claim_at_once_one_wins() {
    let Some(database) = database().await else {
        return;
    };
    let handles = [open(database.url()).await, open(database.url()).await].map(Arc::new);
    let id = views(&handles[0])
        .declare(&declaration(1))
        .await
        .unwrap()
        .id;
    let mut last = 0;
    for round in 0..100 {
        let claims = handles.each_ref().map(|store| {
            let store = Arc::clone(store);
            tokio::spawn(
                async move { views(&store).claim(id, Uuid::now_v7(), HOUR).await.unwrap() },
            )
        });
        let mut won = Vec::new();
        for claim in claims {
            won.extend(claim.await.unwrap());
        }
        let [won] = won.as_slice() else {
            panic!("in round {round} {} have it", won.len());
        };
        assert!(won.token > last, "{} after {last}", won.token);
        last = won.token;
        views(&handles[1]).release(id, last).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_declare_at_once_get_one_generation() {
    let Some(database) = database().await else {
        return;
    };
    let handles = [open(database.url()).await, open(database.url()).await].map(Arc::new);
    for version in 1..=20 {
        let asks: Vec<_> = (0..8)
            .map(|number| {
                let store = Arc::clone(&handles[number % 2]);
                tokio::spawn(async move {
                    let wanted = declaration(version);
                    let made = match number % 4 {
                        0 => views(&store).rebuild(&wanted).await,
                        _ => views(&store).declare(&wanted).await,
                    };
                    made.unwrap().id
                })
            })
            .collect();
        for ask in asks {
            assert_eq!(ask.await.unwrap(), u64::from(version));
        }
    }
}

/// Returns once so many wait for a lock.
async fn until_waiting(database: &Database, wanted: i64) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while number(database.url(), waiting).await < wanted {}
}

/// The batch and the claim wait for the same row, in this order or in the other one.
async fn batch_and_claim(is_batch_first: bool) {
    let Some(database) = database().await else {
        return;
    };
    let (old, new) = (open(database.url()).await, open(database.url()).await);
    let held = claimed(&old, Uuid::now_v7()).await;
    let (id, batch) = (held.id, batch(&held, "alice"));
    // It has run out, which its owner does not know yet.
    let renewed = views(&old).renew(id, held.token, Duration::ZERO).await;
    assert!(renewed.unwrap().is_some());

    let mut other = connect(database.url()).await;
    let mut lock = other.begin().await.unwrap();
    let row = sqlx::query("SELECT FROM gesta_projections FOR UPDATE");
    row.execute(&mut *lock).await.unwrap();
    let write = async move { views(&old).write(&batch).await.unwrap() };
    let claim = async move {
        let taken = views(&new).claim(id, Uuid::now_v7(), HOUR).await.unwrap();
        (new, taken.unwrap())
    };
    let (write, claim) = if is_batch_first {
        let write = tokio::spawn(write);
        until_waiting(&database, 1).await;
        (write, tokio::spawn(claim))
    } else {
        let claim = tokio::spawn(claim);
        until_waiting(&database, 1).await;
        (tokio::spawn(write), claim)
    };
    until_waiting(&database, 2).await;
    lock.rollback().await.unwrap();

    let (is_written, (new, taken)) = (write.await.unwrap(), claim.await.unwrap());
    assert_eq!(is_written, is_batch_first);
    assert_eq!(taken.token, held.token + 1);
    assert_eq!(taken.position, u64::from(is_batch_first));
    let written = document(&new, &taken, "alice").await;
    assert_eq!(written.as_deref(), is_batch_first.then_some("1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_waits_for_a_batch_and_tells_its_position() {
    batch_and_claim(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_waits_for_a_claim_writes_nothing() {
    batch_and_claim(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_beside_a_claim_is_before_it_or_not_at_all() {
    let Some(database) = database().await else {
        return;
    };
    let (old, new) = (
        Arc::new(open(database.url()).await),
        open(database.url()).await,
    );
    for _ in 0..100 {
        let held = claimed(&old, Uuid::nil()).await;
        let batch = batch(&held, "alice");
        let store = Arc::clone(&old);
        let write = tokio::spawn(async move { views(&store).write(&batch).await.unwrap() });
        let taken = claimed(&new, Uuid::nil()).await;
        let is_written = write.await.unwrap();
        assert_eq!(taken.position, held.position + u64::from(is_written));
        let written = document(&new, &taken, "alice").await;
        assert_eq!(
            written.unwrap_or("0".to_owned()),
            taken.position.to_string()
        );
    }
}
