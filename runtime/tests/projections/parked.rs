//! Parked keys, and processes that are killed while they are retried.

use std::sync::Arc;
use std::time::Duration;

use gesta::App;
use gesta::store::views::{Declaration, ParkedEvent, Request, ViewBatch};
use gesta::store::{MemoryStore, Store};
use uuid::Uuid;

use crate::account::Account;
use crate::breaking::{Break, Breaking};
use crate::crashes::runtime;
use crate::failures::{deposit, is_at};
use crate::ledger::{Writer, until};
use crate::picky::*;

type Parks = Picky<15, PARKS>;

async fn start(store: impl gesta::store::IntoStore) -> App {
    let app = App::builder().store(store).lease(Duration::from_millis(50));
    let app = app.aggregate::<Account>().projection::<Parks>();
    app.start().await.unwrap()
}

/// Six events of one key, all parked, the first of which somebody asked something about.
async fn park(store: &Arc<dyn Store>, request: Request) {
    deposit(store, &mut Writer::default(), &[("a", ERRS); 6]).await;
    let views = store.views().unwrap();
    let declaration = Declaration {
        projection: "Picky".into(),
        version: 1,
        fingerprint: 0,
        indexes: "label".into(),
    };
    let generation = views.declare(&declaration).await.unwrap().id;
    let claim = views.claim(generation, Uuid::now_v7(), Duration::from_secs(60));
    let token = claim.await.unwrap().unwrap().token;
    let parked = (1..=6).map(|position| ParkedEvent {
        key: "a".into(),
        position,
        error: (position == 1).then(|| "thirteen".into()),
        attempts: 0,
        request: None,
    });
    let batch = ViewBatch {
        generation,
        token,
        to: 6,
        parked: parked.collect(),
        ..ViewBatch::default()
    };
    assert!(views.write(&batch).await.unwrap());
    assert!(views.request(generation, "a", request).await.unwrap());
    views.release(generation, token).await.unwrap();
}

/// Whether the first process was killed.
fn is_done_by_the_next(call: usize, request: Request, seen: &[u64]) -> bool {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let breaking = Breaking::at(Arc::clone(&store), call, Break::HangsAfter);
    let parked = async || store.views().unwrap().parked(1, None, 10).await.unwrap();
    let killed = runtime();
    killed.block_on(async {
        park(&store, request).await;
        tokio::select! {
            _app = async { (start(breaking.clone()).await, std::future::pending::<()>().await) } => {}
            () = until("it ends", async || breaking.struck() || parked().await.is_empty()) => {}
        }
    });
    killed.shutdown_background();
    runtime().block_on(async {
        let app = start(Arc::clone(&store)).await;
        until("it is done", async || {
            parked().await.is_empty() && is_at(&app, 6).await
        })
        .await;
        assert_eq!(app.view::<Parks>("a").await.unwrap().unwrap().seen, seen);
        app.shutdown().await.unwrap();
    });
    breaking.struck()
}

#[test]
fn what_was_asked_for_is_done_though_the_process_was_killed_over_it() {
    Parks::mend(true);
    for (request, seen) in [
        (Request::Retry, &[1, 2, 3, 4, 5, 6][..]),
        (Request::Skip(1), &[2, 3, 4, 5, 6]),
    ] {
        // Beyond this only leases are renewed.
        let begin = |call| std::thread::spawn(move || is_done_by_the_next(call, request, seen));
        let threads: Vec<_> = (0..48).map(begin).collect();
        let struck = threads.into_iter().map(|thread| thread.join().unwrap());
        assert!(struck.filter(|struck| *struck).count() >= 20);
    }
}
