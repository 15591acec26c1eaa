//! What is read at once has a limit, and nothing gets lost at it.

use std::sync::Arc;

use gesta::store::{Commit, PageLimit, PostgresStore, Store};
use gesta_test_postgres::database;

use crate::account::commit;
use crate::sql::texts;

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

/// Streams of two large events each.
async fn fill(store: &PostgresStore) -> Vec<Commit> {
    let commits: Vec<_> = (0..STREAMS).map(large).collect();
    for commits in commits.chunks(4) {
        store.append(commits).await.unwrap();
    }
    commits
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
    let commits = fill(&store).await;
    let store = Arc::new(store);
    let counted = commits.into_iter().map(|commit| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { count(&store, &commit).await })
    });
    for counted in counted.collect::<Vec<_>>() {
        assert_eq!(counted.await.unwrap(), 2);
    }
}

#[tokio::test]
async fn a_log_that_is_too_large_for_one_answer_is_read_to_its_end() {
    let Some(database) = database().await else {
        return;
    };
    let store = PostgresStore::connect(database.url()).await.unwrap();
    fill(&store).await;
    let (mut position, mut more) = (0, true);
    while more {
        let events = 1_000;
        let page = store.read_log(position, PageLimit { events, ..LIMIT });
        let page = page.await.unwrap();
        position += 1;
        let positions: Vec<_> = page.events.iter().map(|event| event.position).collect();
        assert_eq!(positions, [position]);
        more = page.more;
    }
    assert_eq!(position, 2 * STREAMS as u64);
}

/// The server's processes for our connections.
async fn ours(url: &str) -> Vec<String> {
    let ours = "SELECT pid::text FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'gesta' ORDER BY pid";
    texts(url, ours).await
}

#[tokio::test]
async fn a_connection_ends_rather_than_carry_what_is_far_behind_a_page() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    let store = PostgresStore::connect(url).await.unwrap();
    fill(&store).await;
    let read = async |events| {
        let page = store.read_log(0, PageLimit { events, ..LIMIT }).await;
        assert_eq!(page.unwrap().events.len(), 1);
    };
    read(2).await;
    let before = ours(url).await;
    read(2).await;
    assert_eq!(ours(url).await, before, "it was not used again");
    read(1_000).await;
    while ours(url).await == before {}
}
