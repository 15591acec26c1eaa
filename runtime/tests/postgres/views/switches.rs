//! Generations that take each other's place, with two processes at it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gesta::Uuid;
use gesta::store::PostgresStore;
use gesta::store::views::{Control, Stage, Which};
use gesta_test_postgres::database;

use super::{batch, claimed, declaration, open, views};

const ROUNDS: u32 = 40;

/// Builds generations of two versions, and clears away what they replace. Nothing of it may fail.
async fn rebuild_again_and_again(store: PostgresStore) -> u32 {
    let mut switches = 0;
    for round in 0..ROUNDS {
        let built = views(&store).rebuild(&declaration(1 + round % 2)).await;
        let id = built.unwrap().id;
        let claim = views(&store)
            .claim(id, Uuid::now_v7(), Duration::ZERO)
            .await;
        let Some(held) = claim.unwrap() else { continue };
        let written = views(&store).write(&batch(&held, "alice")).await.unwrap();
        if written && views(&store).finish(id, held.token).await.unwrap() {
            switches += 1;
        }
        for each in views(&store).generations().await.unwrap() {
            if each.declaration.version == 1 && round % 4 == 0 {
                views(&store).control(each.id, Control::Drop).await.unwrap();
            }
            if each.stage == Stage::Dropped {
                views(&store).sweep(each.id, 1).await.unwrap();
            }
        }
    }
    switches
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn switches_of_two_processes_neither_fail_nor_show() {
    let Some(database) = database().await else {
        return;
    };
    let store = open(database.url()).await;
    let first = claimed(&store, Uuid::nil()).await;
    assert!(views(&store).write(&batch(&first, "alice")).await.unwrap());
    assert!(views(&store).finish(first.id, first.token).await.unwrap());
    views(&store).release(first.id, first.token).await.unwrap();

    let over = Arc::new(AtomicBool::new(false));
    let reads = tokio::spawn({
        let over = Arc::clone(&over);
        async move {
            let (projection, version) = ("statement".to_owned(), 1);
            let which = Which {
                projection,
                version,
            };
            while !over.load(Ordering::Relaxed) {
                let answered = views(&store).view(&which, "alice").await.unwrap();
                let answered = answered.expect("nothing was ready");
                assert_eq!(answered.answer, Some(answered.position.to_string()));
                assert!(answered.position > 0);
            }
        }
    });
    let one = tokio::spawn(rebuild_again_and_again(open(database.url()).await));
    let other = tokio::spawn(rebuild_again_and_again(open(database.url()).await));
    let switches = one.await.unwrap() + other.await.unwrap();
    over.store(true, Ordering::Relaxed);
    reads.await.unwrap();
    assert!(switches > 0, "there was none");
}
