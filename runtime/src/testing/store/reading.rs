//! Pages, lookups, snapshots.

use crate::store::{CommandKey, Commit, Lookup, PageLimit, Snapshot, StoredEvent};

use super::Harness;
use super::subject::{Subject, commit, holds, same, stream};

/// A page ends at its number of events or of bytes, holds one event if there is one, and tells whether there are more.
///
/// # Panics
/// If the store breaks this.
pub async fn pages_end_at_their_limits(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let mut filled = commit(&alice, 0, 10);
    for event in &mut filled.events {
        event.json = format!("\"{}\"", "x".repeat(98));
    }
    store.write(&[commit(&stream("bob"), 0, 1), filled]).await;
    // So many events, so many bytes, and where a page after event 2 of 10 ends.
    let cases = [
        (0, 0, 3),
        (1, 0, 3),
        (0, 10_000, 3),
        (3, 0, 3),
        (3, 1, 3),
        (3, 99, 3),
        (3, 100, 3),
        (3, 101, 4),
        (5, 250, 5),
        (3, 10_000, 5),
        (7, 10_000, 9),
        (8, 10_000, 10),
        (9, 10_000, 10),
        (u32::MAX, 799, 10),
        (u32::MAX, 700, 9),
        (u32::MAX, usize::MAX, 10),
    ];
    for (events, bytes, end) in cases {
        let limit = PageLimit { events, bytes };
        let rule = format!(
            "a page of at most {events} events and {bytes} bytes ends after event {end} of 10"
        );
        let (page, more) = store.stream_page(&alice, 2, limit).await;
        same(&rule, versions(&page), (3..=end).collect());
        holds("a page says if it leaves events out", more || end == 10);
        let (page, more) = store.log_page(3, limit).await;
        same(&rule, versions(&page), (3..=end).collect());
        holds(
            "a page of the log says if it leaves events out",
            more || end == 10,
        );
    }
    let (_, more) = store.stream_page(&alice, 2, PageLimit::default()).await;
    same(
        "a page that no limit ended says that there are no more",
        more,
        false,
    );
    for after in [10, 11, 1 << 40, (1 << 63) - 1, 1 << 63, u64::MAX] {
        let page = store.stream_page(&alice, after, PageLimit::default()).await;
        same(
            "there is an empty page above a stream's end",
            page,
            (vec![], false),
        );
        let page = store
            .log_page(after + u64::from(after < 99), PageLimit::default())
            .await;
        same(
            "there is an empty page above the log's end",
            page,
            (vec![], false),
        );
    }
    let page = store
        .stream_page(&stream("nobody"), 0, PageLimit::default())
        .await;
    same("no such stream is an empty page", page, (vec![], false));
}

fn versions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.version).collect()
}

/// A lookup answers each key in its place, however many there are, also one that is asked twice.
///
/// # Panics
/// If the store breaks this.
pub async fn lookups_answer_in_order(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let key = |commit: &Commit| CommandKey {
        command_id: commit.meta.command_id,
        stream: commit.stream.clone(),
    };
    same(
        "a lookup of nothing has no answers",
        store.look(&[]).await,
        vec![],
    );
    let commits: Vec<_> = (0..1_500)
        .map(|number| commit(&stream(&format!("{number}")), 0, 1 + number % 3))
        .collect();
    store.append(&commits).await;
    let mut keys = Vec::new();
    let mut wanted = Vec::new();
    let mut position = 0;
    for commit in &commits {
        position += commit.events.len() as u64;
        let mut other = key(commit);
        other.command_id = uuid::Uuid::now_v7();
        let known = crate::store::Recording {
            version: commit.version(),
            position,
            events: u32::try_from(commit.events.len()).unwrap_or_default(),
            digest: Some(7),
        };
        let found = Lookup {
            version: commit.version(),
            position,
            known: Some(known),
        };
        keys.extend([key(commit), other, key(commit)]);
        wanted.extend([
            found,
            Lookup {
                known: None,
                ..found
            },
            found,
        ]);
    }
    keys.push(key(&commit(&stream("nobody"), 0, 1)));
    wanted.push(Lookup {
        version: 0,
        position: 0,
        known: None,
    });
    keys.reverse();
    wanted.reverse();
    same(
        "a lookup answers each key in its place",
        store.look(&keys).await,
        wanted,
    );
}

/// A snapshot is written with its commit and only with it, and replaces the one before.
///
/// # Panics
/// If the store breaks this.
pub async fn snapshots_follow_their_commits(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let snapshot = |version, fingerprint| Snapshot {
        version,
        fingerprint,
        json: format!("[{version}]"),
    };
    let with = |expected, events, fingerprint| {
        let mut commit = commit(&alice, expected, events);
        commit.snapshot = Some(snapshot(commit.version(), fingerprint));
        commit
    };
    same(
        "there is no snapshot at first",
        store.snapshot(&alice).await,
        None,
    );
    let first = with(0, 2, i64::MIN);
    store.write(std::slice::from_ref(&first)).await;
    let rule = "a snapshot is written with its commit";
    same(
        rule,
        store.snapshot(&alice).await,
        Some(snapshot(2, i64::MIN)),
    );
    store.write(&[commit(&alice, 2, 1)]).await;
    let rule = "a commit without a snapshot leaves the one before";
    same(
        rule,
        store.snapshot(&alice).await,
        Some(snapshot(2, i64::MIN)),
    );
    store.append(&[with(9, 1, 1), with(3, 1, 2)]).await;
    same(
        "a refused commit writes no snapshot",
        store.snapshot(&alice).await,
        Some(snapshot(2, i64::MIN)),
    );
    let mut again = first;
    again.snapshot = Some(snapshot(5, 5));
    store.append(&[again]).await;
    same(
        "a known commit writes no snapshot",
        store.snapshot(&alice).await,
        Some(snapshot(2, i64::MIN)),
    );
    store
        .append(&[
            with(3, 1, 3),
            with(4, 1, 4),
            with(5, 0, i64::MAX),
            with(9, 1, 6),
        ])
        .await;
    let rule = "the last snapshot of a batch that is written stays";
    same(
        rule,
        store.snapshot(&alice).await,
        Some(snapshot(5, i64::MAX)),
    );
    same(
        "a snapshot belongs to its stream",
        store.snapshot(&stream("Alice")).await,
        None,
    );
}
