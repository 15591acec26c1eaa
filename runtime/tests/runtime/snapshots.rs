//! Snapshots: never ahead of the log, never of other code, and never needed.

use std::sync::Arc;

use gesta::prelude::*;
use gesta::store::{MemoryStore, PageLimit, Snapshot, Store, StreamName};
use serde::{Deserialize, Serialize};

use crate::faulty::{Fault, Faulty};

#[event]
pub struct Counted {
    pub by: u64,
}

#[aggregate(snapshot(every = 3))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    sum: u64,
}

#[aggregate]
impl Counter {
    #[command(upsert)]
    pub fn count(&self, by: u64) -> Counted {
        Counted { by }
    }

    #[command(upsert)]
    pub fn count_twice(&self, by: u64) -> [Counted; 2] {
        [Counted { by }, Counted { by }]
    }

    #[apply]
    fn counted(&mut self, event: &Counted) {
        self.sum += event.by;
    }
}

/// The same stream, other code: it counts double.
mod other {
    use super::*;

    #[aggregate(name = "Counter", snapshot(every = 3))]
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    pub struct Counter {
        pub(super) sum: u64,
    }

    #[aggregate]
    impl Counter {
        #[apply]
        fn counted(&mut self, event: &Counted) {
            self.sum += event.by * 2;
        }
    }
}

/// The same stream and the same code, but what was counted in ones is now counted in hundreds.
mod raised {
    use super::*;

    fn hundredfold(by: u64) -> u64 {
        by * 100
    }

    #[event(version = 2)]
    pub struct Counted {
        #[changed(2, from = u64, with = hundredfold)]
        pub by: u64,
    }

    #[aggregate(snapshot(every = 3))]
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    pub struct Counter {
        sum: u64,
    }

    #[aggregate]
    impl Counter {
        #[apply]
        fn counted(&mut self, event: &Counted) {
            self.sum += event.by;
        }

        pub(super) fn sum(&self) -> u64 {
            self.sum
        }
    }
}

async fn counter_on(store: impl gesta::store::IntoStore) -> App {
    App::builder()
        .store(store)
        .aggregate::<Counter>()
        .start()
        .await
        .unwrap()
}

async fn snapshot(store: &dyn Store) -> Option<Snapshot> {
    store
        .read_snapshot(&StreamName::new("Counter", "one").unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_snapshot_is_taken_each_time_a_multiple_is_passed() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = counter_on(Arc::clone(&store)).await;
    let mut versions = Vec::new();
    for _ in 0..4 {
        app.send("one", CountTwice { by: 1 }).await.unwrap();
        versions.push(snapshot(&*store).await.map(|snapshot| snapshot.version));
    }
    assert_eq!(versions, [None, Some(4), Some(6), Some(6)]);
    assert_eq!(snapshot(&*store).await.unwrap().json, r#"{"sum":6}"#);
}

#[tokio::test]
async fn an_aggregate_is_read_from_its_snapshot_on() {
    let store = Faulty::new();
    let app = counter_on(store.clone()).await;
    for _ in 0..7 {
        app.send("one", Count { by: 1 }).await.unwrap();
    }
    let before = store.loads();
    let loaded = app.load::<Counter>("one").await.unwrap();
    assert_eq!((loaded.state, loaded.version), (Counter { sum: 7 }, 7));
    assert_eq!(store.loads(), before, "it was read from its first event");
}

#[tokio::test]
async fn a_snapshot_of_other_code_is_left_aside() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = counter_on(Arc::clone(&store)).await;
    for _ in 0..4 {
        app.send("one", Count { by: 1 }).await.unwrap();
    }
    assert!(snapshot(&*store).await.is_some());
    assert_eq!(
        app.load::<other::Counter>("one").await.unwrap().state.sum,
        8
    );
}

#[tokio::test]
async fn a_snapshot_of_events_that_are_read_otherwise_now_is_left_aside() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let app = counter_on(Arc::clone(&store)).await;
    for _ in 0..4 {
        app.send("one", Count { by: 1 }).await.unwrap();
    }
    let raised = App::builder()
        .store(store)
        .aggregate::<raised::Counter>()
        .start()
        .await
        .unwrap();
    let loaded = raised.load::<raised::Counter>("one").await.unwrap();
    assert_eq!(loaded.state.sum(), 400);
}

#[tokio::test]
async fn no_snapshot_of_what_was_not_written() {
    let store = Faulty::new();
    let app = counter_on(store.clone()).await;
    app.send("one", CountTwice { by: 1 }).await.unwrap();
    store.next([Fault::Away]);
    app.send("one", CountTwice { by: 100 }).await.unwrap_err();
    assert_eq!(snapshot(&store).await, None);
    app.send("one", CountTwice { by: 1 }).await.unwrap();
    assert_eq!(snapshot(&store).await.unwrap().json, r#"{"sum":4}"#);
    let log = store.read_log(0, PageLimit::default()).await.unwrap();
    assert_eq!(log.events.len(), 4);
}
