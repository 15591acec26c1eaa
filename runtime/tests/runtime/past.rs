//! The state that an aggregate had.

use gesta::prelude::*;
use gesta::store::{MemoryStore, Store, StreamName};
use gesta::testing::VirtualClock;
use gesta::{At, LoadError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::faulty::Stub;

#[event]
pub struct Counted {
    pub by: u64,
}

#[aggregate(snapshot(every = 3))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    counted: Vec<u64>,
}

#[aggregate]
impl Counter {
    #[command(upsert)]
    pub fn count(&self, times: u64) -> Vec<Counted> {
        let first = self.counted.len() as u64 + 1;
        (first..first + times).map(|by| Counted { by }).collect()
    }

    #[apply]
    fn counted(&mut self, event: &Counted) {
        self.counted.push(event.by);
    }
}

async fn app(store: &MemoryStore, clock: &VirtualClock) -> App {
    let app = App::builder().store(store.clone()).clock(clock.clone());
    app.aggregate::<Counter>().start().await.unwrap()
}

/// At which version the state is; it must be that of all events up to there.
async fn version(app: &App, at: At) -> Result<u64, LoadError> {
    let loaded = app.state_at::<Counter>("a", at).await?;
    assert!(loaded.state.counted.iter().copied().eq(1..=loaded.version));
    Ok(loaded.version)
}

fn is_not_found(read: &Result<u64, LoadError>) -> bool {
    matches!(read, Err(LoadError::NotFound { aggregate: "Counter", id }) if id == "a")
}

#[tokio::test]
async fn a_state_at_a_version_holds_the_events_up_to_it() {
    let store = MemoryStore::new();
    let app = app(&store, &VirtualClock::default()).await;
    assert!(is_not_found(&version(&app, At::Version(1)).await));
    app.send("a", Count { times: 7 }).await.unwrap();
    let name = StreamName::new("Counter", "a").unwrap();
    let snapshot = store.read_snapshot(&name).await.unwrap().unwrap();
    assert_eq!(snapshot.version, 7);
    for wanted in 1..=7 {
        assert_eq!(version(&app, At::Version(wanted)).await.unwrap(), wanted);
    }
    assert!(is_not_found(&version(&app, At::Version(0)).await));
    for wanted in [8, u64::MAX] {
        let error = version(&app, At::Version(wanted)).await.unwrap_err();
        let LoadError::NotReached { wanted: w, version } = error else {
            panic!("{error:?}")
        };
        assert_eq!((w, version), (wanted, 7));
    }
}

#[tokio::test]
async fn a_state_at_a_version_far_back_is_read_page_by_page() {
    let app = app(&MemoryStore::new(), &VirtualClock::default()).await;
    app.send("a", Count { times: 5_000 }).await.unwrap();
    for wanted in [1, 2_047, 2_048, 2_049, 4_096, 4_999, 5_000] {
        assert_eq!(version(&app, At::Version(wanted)).await.unwrap(), wanted);
    }
    let error = version(&app, At::Version(5_001)).await.unwrap_err();
    assert!(matches!(error, LoadError::NotReached { .. }), "{error:?}");
}

fn time(micros: i64) -> At {
    At::Time(Timestamp::from_micros(micros))
}

#[tokio::test]
async fn a_state_at_a_time_ends_with_the_last_event_that_is_not_later() {
    let clock = VirtualClock::default();
    let app = app(&MemoryStore::new(), &clock).await;
    assert!(is_not_found(&version(&app, time(0)).await));
    // The clock of the third was behind, that of the last but one ahead.
    for micros in [10, 20, 15, 30, 90, 40] {
        clock.set(Timestamp::from_micros(micros));
        app.send("a", Count { times: 1 }).await.unwrap();
    }
    let at = async |micros| version(&app, time(micros)).await;
    assert!(is_not_found(&at(9).await));
    for (micros, wanted) in [
        (10, 1),
        (14, 1),
        (15, 3),
        (20, 3),
        (29, 3),
        (30, 4),
        (39, 4),
    ] {
        assert_eq!(at(micros).await.unwrap(), wanted, "at {micros}");
    }
    for micros in [40, 89, 90, i64::MAX] {
        assert_eq!(at(micros).await.unwrap(), 6, "at {micros}");
    }
}

#[tokio::test]
async fn a_state_of_the_past_needs_its_own_events_alone() {
    let store = MemoryStore::new();
    let counted = app(&store, &VirtualClock::default()).await;
    counted.send("a", Count { times: 4 }).await.unwrap();
    let page = store.read_log(0, gesta::store::PageLimit::default()).await;
    let mut events = page.unwrap().events;
    events[2].json = "{}".to_owned();
    let damaged = App::builder().store(Stub(events)).aggregate::<Counter>();
    let damaged = damaged.start().await.unwrap();
    assert_eq!(version(&damaged, At::Version(2)).await.unwrap(), 2);
    let error = version(&damaged, At::Version(3)).await.unwrap_err();
    assert!(
        matches!(error, LoadError::Undecodable { version: 3, .. }),
        "{error:?}"
    );
}
