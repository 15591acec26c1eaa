//! The same commits, written without a saga, in batches as large as they come.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use gesta::store::{Commit, NewEvent, Outcome, PageLimit, Store, StoredEvent};

use crate::{Place, per_second};

/// As many as are under way at once in the measurement beside this.
const BATCH: usize = 1_000;

/// Transfers per second, if all that is behind a position is written into an empty store.
pub async fn rate(name: &str, log: &Arc<dyn Store>, after: u64, transfers: usize) -> f64 {
    let commits = commits(log, after).await;
    let place = Place::new(name).await;
    let store = place.open().await;
    let began = Instant::now();
    for batch in commits.chunks(BATCH) {
        let outcomes = store.append(batch).await.unwrap();
        let written = |outcome: &Outcome| matches!(outcome, Outcome::Written { .. });
        assert!(outcomes.iter().all(written));
    }
    let rate = per_second(transfers, began);
    store.close().await.unwrap();
    rate
}

/// What is behind a position, as commits to streams that begin with it.
async fn commits(log: &Arc<dyn Store>, mut after: u64) -> Vec<Commit> {
    let mut versions = HashMap::new();
    let mut commits: Vec<Commit> = Vec::new();
    loop {
        let page = log.read_log(after, PageLimit::default()).await.unwrap();
        if page.events.is_empty() {
            return commits;
        }
        for event in page.events {
            after = event.position;
            let same = commits.last_mut().filter(|last| {
                (&last.stream, last.meta.command_id) == (&event.stream, event.meta.command_id)
            });
            let version = versions.entry(event.stream.clone()).or_insert(0);
            match same {
                Some(last) => last.events.push(new(&event)),
                None => commits.push(Commit {
                    stream: event.stream.clone(),
                    expected: *version,
                    digest: None,
                    events: vec![new(&event)],
                    meta: event.meta.clone(),
                    snapshot: None,
                }),
            }
            *version += 1;
        }
    }
}

fn new(event: &StoredEvent) -> NewEvent {
    NewEvent {
        name: event.name.clone().into(),
        schema: event.schema,
        json: event.json.clone(),
    }
}
