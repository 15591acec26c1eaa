//! More than one handle, one after another and side by side.

use std::sync::Arc;

use crate::store::{Outcome, PageLimit, Snapshot};

use super::Harness;
use super::subject::{REFUSED, Subject, commit, holds, same, stream, written};

const WRITERS: u64 = 4;
const COMMITS: u64 = 60;

/// All that was written is there when the store is opened again.
///
/// # Panics
/// If the store breaks this.
pub async fn contents_survive_reopening(harness: &impl Harness) {
    let (store, log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let mut first = commit(&alice, 0, 3);
    first.snapshot = Some(Snapshot {
        version: 3,
        fingerprint: 1,
        json: "{}".into(),
    });
    let empty = commit(&alice, 3, 0);
    store.write(&[first.clone(), empty.clone()]).await;
    let before = (
        store.log(0).await,
        store.lookup(&first).await,
        store.lookup(&empty).await,
    );
    store.close().await;

    let store = Subject(harness.open(&log).await);
    let after = (
        store.log(0).await,
        store.lookup(&first).await,
        store.lookup(&empty).await,
    );
    same("what was written is there after reopening", after, before);
    same(
        "a snapshot is there after reopening",
        store.snapshot(&alice).await,
        first.snapshot.clone(),
    );
    let held = matches!(store.append(&[first]).await.as_slice(), [Outcome::Known(_)]);
    holds("a command id is known after reopening", held);
    same(
        "positions go on after reopening",
        store.append(&[commit(&alice, 3, 1)]).await,
        vec![written(4)],
    );
}

/// What one handle wrote, another sees at once, in its reads and in what it lets pass.
///
/// # Panics
/// If the store breaks this.
pub async fn two_handles_share_one_log(harness: &impl Harness) {
    let (here, log) = Subject::fresh(harness).await;
    let there = Subject(harness.open(&log).await);
    let alice = stream("alice");
    let first = commit(&alice, 0, 1);
    here.write(std::slice::from_ref(&first)).await;
    same(
        "a handle reads what another wrote",
        there.log(0).await,
        here.log(0).await,
    );
    let held = matches!(there.append(&[first]).await.as_slice(), [Outcome::Known(_)]);
    holds("a handle knows the command ids of another", held);
    let rule = "a handle refuses what was decided before another wrote";
    same(
        rule,
        there.append(&[commit(&alice, 0, 1)]).await,
        vec![REFUSED],
    );
    let rule = "positions go on from what another wrote";
    same(
        rule,
        there.append(&[commit(&alice, 1, 1)]).await,
        vec![written(2)],
    );
    same(
        rule,
        here.append(&[commit(&alice, 2, 1)]).await,
        vec![written(3)],
    );
}

/// A reader that goes on from the last position it saw meets every event once, in order, while others append.
///
/// # Panics
/// If the store breaks this.
pub async fn readers_meet_every_event_beside_writers(harness: &impl Harness) {
    let log = harness.create(0).await;
    let mut tasks = Vec::new();
    for writer in 0..WRITERS {
        let store = Subject(harness.open(&log).await);
        tasks.push(tokio::spawn(write_beside_others(store, writer)));
    }
    let reader = Subject(harness.open(&log).await);
    let mut seen = 0;
    let mut ended = false;
    loop {
        let (events, _) = reader
            .log_page(
                seen,
                PageLimit {
                    events: 7,
                    bytes: 700,
                },
            )
            .await;
        for event in &events {
            same(
                "a reader beside writers meets position after position",
                event.position,
                seen + 1,
            );
            seen = event.position;
        }
        if events.is_empty() && ended {
            break;
        }
        // Looked at before the next page is read: what was written before the end is on it.
        ended = tasks.iter().all(tokio::task::JoinHandle::is_finished);
        tokio::task::yield_now().await;
    }
    for task in tasks {
        holds("writers beside others work", task.await.is_ok());
    }
    same(
        "a reader beside writers meets every event",
        seen,
        WRITERS * COMMITS * 3,
    );
    let shared = reader.stream(&stream("shared")).await;
    let versions: Vec<_> = shared.iter().map(|event| event.version).collect();
    same(
        "writers of one stream leave no hole in it",
        versions,
        (1..=WRITERS * COMMITS).collect(),
    );
}

/// Two events to a stream of its own and one to the stream of all, in one batch; the latter again until it fits.
async fn write_beside_others(store: Subject, writer: u64) {
    let store = Arc::new(store);
    let own = stream(&format!("own-{writer}"));
    let shared = stream("shared");
    for round in 0..COMMITS {
        let mut ours = commit(&shared, 0, 1);
        ours.expected = store.lookup(&ours).await.version;
        let mut outcomes = store
            .append(&[ours.clone(), commit(&own, round * 2, 2)])
            .await;
        holds(
            "a stream with one writer meets no conflict",
            outcomes.pop() != Some(REFUSED),
        );
        while outcomes.pop() == Some(REFUSED) {
            tokio::task::yield_now().await;
            ours.expected = store.lookup(&ours).await.version;
            outcomes = store.append(std::slice::from_ref(&ours)).await;
        }
    }
}
