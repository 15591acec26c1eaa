//! What is read at once has a limit, and nothing gets lost at it.

use std::sync::Arc;

use gesta::store::{Commit, PageLimit, PostgresStore, Store};
use gesta_test_postgres::database;

use crate::account::commit;

/// Together more than is kept of one answer, and more than is read of it.
const STREAMS: usize = 40;
/// The first event makes up the page, so that the second is on the next.
const LIMIT: PageLimit = PageLimit {
    events: 10,
    bytes: 1 << 20,
};

fn large(stream: usize) -> Commit {
    let mut large = commit(&stream.to_string(), 0, 2);
    for event in &mut large.events {
        event.json = format!("\"{}\"", "x".repeat(1 << 20));
    }
    large
}

/// Reads page by page to the end, and counts the events.
async fn count(store: &PostgresStore, commit: &Commit) -> u64 {
    let mut version = 0;
    loop {
        let page = store.read_stream(&commit.stream, version, LIMIT);
        let page = page.await.unwrap();
        version += page.events.len() as u64;
        if !page.more {
            return version;
        }
    }
}

/// On one thread, so that all have asked before the first is answered.
#[tokio::test]
async fn streams_that_are_too_large_for_one_answer_are_read_to_their_ends() {
    let Some(database) = database().await else {
        return;
    };
    let store = PostgresStore::connect(database.url()).await.unwrap();
    let commits: Vec<_> = (0..STREAMS).map(large).collect();
    for commits in commits.chunks(4) {
        store.append(commits).await.unwrap();
    }
    let store = Arc::new(store);
    let counted = commits.into_iter().map(|commit| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { count(&store, &commit).await })
    });
    for counted in counted.collect::<Vec<_>>() {
        assert_eq!(counted.await.unwrap(), 2);
    }
}
