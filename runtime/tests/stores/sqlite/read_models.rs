//! Read models in SQLite.

use std::time::Duration;

use gesta::StoreError;
use gesta::store::views::{
    Declaration, Generation, ParkedEvent, ViewBatch, ViewQuery, ViewStore, Which,
};
use gesta::store::{Durability, PageLimit, SqliteStore, Store};
use gesta::testing::store::views;
use proptest::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

use super::super::{calls, run};
use super::{Sqlite, length, path, raw, tamper, write};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract_of_read_models() {
    views::run_all(&Sqlite(Durability::MayLoseLatestOnPowerFailure)).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn sqlite_keeps_read_models_as_memory_does(plan in calls()) {
        run(views::agrees_with_memory(&Sqlite(Durability::MayLoseLatestOnPowerFailure), &plan));
    }
}

async fn opened() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    (folder, store)
}

fn models(store: &SqliteStore) -> &dyn ViewStore {
    Store::views(store).unwrap()
}

fn declaration() -> Declaration {
    Declaration {
        projection: "Statement".to_owned(),
        version: 1,
        fingerprint: 1,
        indexes: String::new(),
    }
}

async fn held(store: &SqliteStore) -> Generation {
    let made = models(store).declare(&declaration()).await.unwrap();
    let claimed = models(store).claim(made.id, Uuid::nil(), Duration::from_secs(3_600));
    claimed.await.unwrap().unwrap()
}

/// Three hundred documents, which all hold the position that it writes.
fn batch(held: &Generation, from: u64) -> ViewBatch {
    let document = |key: u32| (key.to_string(), (from + 1).to_string());
    ViewBatch {
        generation: held.id,
        token: held.token,
        from,
        to: from + 1,
        upserts: (0..300).map(document).collect(),
        ..ViewBatch::default()
    }
}

/// The position, after a look whether all documents were written at it.
async fn whole(store: &SqliteStore, held: &Generation) -> u64 {
    let all = models(store).generations().await.unwrap();
    let position = all.iter().find(|kept| kept.id == held.id).unwrap().position;
    let keys: Vec<_> = (0..300).map(|key: u32| key.to_string()).collect();
    let found = models(store).documents(held.id, &keys).await.unwrap();
    let wanted = (position > 0).then(|| position.to_string());
    assert!(
        found.iter().all(|json| *json == wanted),
        "{position}: {found:?}"
    );
    position
}

#[tokio::test]
async fn a_batch_that_is_dropped_is_written_or_not() {
    let (_folder, store) = opened().await;
    let held = held(&store).await;
    let mut written = 0;
    for polls in 0..30 {
        let from = whole(&store, &held).await;
        let batch = batch(&held, from);
        let mut write_batch = models(&store).write(&batch);
        for _ in 0..polls {
            let waited = Duration::from_micros(100);
            if tokio::time::timeout(waited, write_batch.as_mut())
                .await
                .is_ok()
            {
                written += 1;
                break;
            }
        }
        drop(write_batch);
        write(&store, &format!("after-{polls}"), 0).await;
        let position = whole(&store, &held).await;
        assert!(position == from || position == from + 1, "{position}");
    }
    assert!(written < 30, "no batch was dropped");
    let from = whole(&store, &held).await;
    assert!(models(&store).write(&batch(&held, from)).await.unwrap());
}

#[tokio::test]
async fn a_batch_that_fails_half_way_leaves_nothing_behind() {
    let (folder, store) = opened().await;
    let held = held(&store).await;
    tamper(&path(&folder), "ALTER TABLE gesta_parked RENAME TO away").await;
    let mut failing = batch(&held, 0);
    failing.parked.push(ParkedEvent {
        key: "sentinel".to_owned(),
        position: 1,
        error: Some("sentinel".to_owned()),
        attempts: 1,
        request: None,
    });
    let error = models(&store).write(&failing).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    assert!(
        !format!("{error} {error:?}").contains("sentinel"),
        "{error:?}"
    );
    // No transaction is left open that others would wait for.
    write(&store, "a", 0).await;
    assert_eq!(whole(&store, &held).await, 0);
    tamper(&path(&folder), "ALTER TABLE away RENAME TO gesta_parked").await;
    assert!(models(&store).write(&failing).await.unwrap());
    assert_eq!(whole(&store, &held).await, 1);
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_by_batches() {
    let (folder, store) = opened().await;
    let held = held(&store).await;
    let mut other = raw(&path(&folder)).await;
    let lock = sqlx::raw_sql("BEGIN IMMEDIATE");
    lock.execute(&mut other).await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    };
    let batch = batch(&held, 0);
    let (written, ()) = tokio::join!(models(&store).write(&batch), release);
    assert!(written.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_and_appends_take_turns() {
    let (_folder, store) = opened().await;
    let held = held(&store).await;
    let fold = async {
        for from in 0..50 {
            assert!(models(&store).write(&batch(&held, from)).await.unwrap());
        }
    };
    let append = async {
        for version in 0..100 {
            write(&store, "a", version).await;
        }
    };
    tokio::join!(fold, append);
    assert_eq!(whole(&store, &held).await, 50);
    assert_eq!(length(&store).await, 100);
}

#[tokio::test]
async fn a_closed_store_keeps_no_read_models() {
    let (_folder, store) = opened().await;
    let held = held(&store).await;
    store.close().await.unwrap();
    let which = Which {
        projection: "Statement".to_owned(),
        version: 1,
    };
    let query = ViewQuery {
        range: None,
        after: None,
        reverse: false,
        limit: 1,
    };
    let views = models(&store);
    let errors = [
        views.head().await.unwrap_err(),
        views.declare(&declaration()).await.unwrap_err(),
        views.write(&batch(&held, 0)).await.unwrap_err(),
        views
            .renew(held.id, held.token, Duration::ZERO)
            .await
            .unwrap_err(),
        views.page(&which, &query).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_without_read_models_gets_their_tables() {
    let (folder, store) = opened().await;
    write(&store, "a", 0).await;
    store.close().await.unwrap();
    let before =
        "DROP TABLE gesta_projections; DROP TABLE gesta_documents; DROP TABLE gesta_entries;
        DROP TABLE gesta_parked; DELETE FROM gesta_schema WHERE step = 2";
    tamper(&path(&folder), before).await;
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    let log = store.read_log(0, PageLimit::default()).await.unwrap();
    assert_eq!(log.events.len(), 1);
    let held = held(&store).await;
    assert!(models(&store).write(&batch(&held, 0)).await.unwrap());
}

/// Else what a dead process held would be held for as long as the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_frees_what_is_held() {
    let (folder, store) = opened().await;
    let held = held(&store).await;
    let other = Uuid::from_u128(1);
    let lease = Duration::from_secs(1);
    assert_eq!(
        models(&store).claim(held.id, other, lease).await.unwrap(),
        None
    );
    let later = "UPDATE gesta_projections SET leased_at = leased_at + 2 * lease";
    tamper(&path(&folder), later).await;
    let claimed = models(&store).claim(held.id, other, lease).await.unwrap();
    assert_eq!(claimed.map(|held| held.token), Some(held.token + 1));
}
