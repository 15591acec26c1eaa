//! A reader is told when to look.

use std::time::Duration;

use gesta::store::{Commit, Hints, MemoryStore, NewEvent, Store, StreamName};
use gesta::{Meta, Timestamp};
use uuid::Uuid;

/// Nothing waits for so long unless a hint is missing.
const PATIENCE: Duration = Duration::from_secs(30);

fn commit(expected: u64) -> Commit {
    Commit {
        stream: StreamName::new("Thing", "a").unwrap(),
        expected,
        digest: None,
        events: vec![NewEvent {
            name: "Happened".into(),
            schema: 1,
            json: "{}".to_owned(),
        }],
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    }
}

async fn comes(hints: &mut Hints) {
    let came = tokio::time::timeout(PATIENCE, hints.next()).await;
    assert!(came.is_ok(), "no hint came");
}

/// Also one that nobody waited for when it was given.
async fn appends_are_hinted_at(store: &dyn Store) {
    let mut hints = store.hints();
    store.append(&[commit(0)]).await.unwrap();
    comes(&mut hints).await;
    let (waited, _) = tokio::join!(comes(&mut hints), async {
        tokio::task::yield_now().await;
        store.append(&[commit(1)]).await.unwrap();
    });
    waited
}

#[tokio::test]
async fn memory_hints_at_appends() {
    let store = MemoryStore::new();
    let mut other = store.clone().hints();
    appends_are_hinted_at(&store).await;
    comes(&mut other).await;
}

#[tokio::test]
async fn without_an_append_no_hint_comes() {
    let store = MemoryStore::new();
    let mut hints = store.hints();
    appends_are_hinted_at(&store).await;
    comes(&mut hints).await;
    let early = tokio::time::timeout(Duration::from_millis(20), hints.next());
    assert!(early.await.is_err());
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn sqlite_hints_at_its_own_appends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let store = gesta::store::SqliteStore::open(path).await.unwrap();
    appends_are_hinted_at(&store).await;
}

#[cfg(all(unix, feature = "postgres"))]
#[tokio::test]
async fn postgres_hints_at_the_appends_of_other_processes() {
    let Some(database) = gesta_test_postgres::database().await else {
        return;
    };
    let open = || gesta::store::PostgresStore::connect(database.url());
    let (store, other) = (open().await.unwrap(), open().await.unwrap());
    let mut hints = other.hints();
    // The first hint says that it listens.
    comes(&mut hints).await;
    for version in 0..3 {
        store.append(&[commit(version)]).await.unwrap();
        comes(&mut hints).await;
    }
    for store in [store, other] {
        store.close().await.unwrap();
    }
}
