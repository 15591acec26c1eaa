//! Documents, and connections and servers that go away.

use std::sync::Arc;

use gesta::store::views::{Generation, IndexEntry, ViewBatch};
use gesta::store::{PostgresStore, Store};
use gesta::{StoreError, Uuid};
use gesta_test_postgres::{Cluster, Cut, Database, Fault, Point, Proxy, database};

use super::{batch, claimed, document, open, views};
use crate::sql::{number, texts, with};

async fn proxied(database: &Database) -> (Proxy, PostgresStore) {
    let proxy = Proxy::start(database.server().address().unwrap()).await;
    let proxy = proxy.unwrap();
    let url = with(&proxy.url(database.url()).unwrap(), "application_name=far");
    let store = open(&url).await;
    (proxy, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_whose_answer_is_lost_is_told_by_the_next_claim() {
    let Some(database) = database().await else {
        return;
    };
    let (proxy, store) = proxied(&database).await;
    let points = [
        (Point::BeforeCommit, Some(false)),
        (Point::HalfCommit(40), Some(false)),
        (Point::AfterCommit, None),
        (Point::BeforeAnswer, Some(true)),
        (Point::HalfAnswer(3), Some(true)),
    ];
    for (round, (point, expected)) in (0..20).zip(points.into_iter().cycle()) {
        let held = claimed(&store, Uuid::nil()).await;
        let (key, cuts) = (round.to_string(), proxy.counts().cuts());
        proxy.arm(Cut::at(point).of("gesta_documents")).await;
        let written = views(&store).write(&batch(&held, &key)).await;
        assert!(
            matches!(written, Err(StoreError::Unavailable(_))),
            "{point:?}: {written:?}"
        );
        assert_eq!(proxy.counts().cuts(), cuts + 1);
        let again = claimed(&store, Uuid::nil()).await;
        let is_written = again.position == held.position + 1;
        assert!(is_written || again.position == held.position);
        assert_eq!(is_written, expected.unwrap_or(is_written), "{point:?}");
        let found = document(&store, &again, &key).await;
        assert_eq!(found.is_some(), is_written, "{point:?}");
        // It goes on, from there.
        assert!(views(&store).write(&batch(&again, &key)).await.unwrap());
    }
}

/// As when a network keeps a message back until the one who sent it has given up, and another has gone on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_comes_behind_the_next_claim_has_no_effect() {
    let Some(database) = database().await else {
        return;
    };
    let (proxy, far) = proxied(&database).await;
    let (far, near) = (Arc::new(far), open(database.url()).await);
    let mut held = claimed(&far, Uuid::nil()).await;
    assert!(views(&far).write(&batch(&held, "alice")).await.unwrap());
    held.position += 1;

    let before = proxy.counts().held;
    proxy.arm(Fault::Hold).await;
    let late = tokio::spawn({
        let (far, late) = (Arc::clone(&far), batch(&held, "late"));
        async move { views(&far).write(&late).await }
    });
    proxy.until(|counts| counts.held > before).await;
    late.abort();
    assert!(late.await.unwrap_err().is_cancelled());
    let taken = claimed(&near, Uuid::nil()).await;
    assert_eq!(taken.position, 1);
    proxy.lift().await.unwrap();
    // Its connection ends behind it.
    let writing = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'far' AND query LIKE '%fenced%'";
    while number(database.url(), writing).await > 0 {}
    assert_eq!(document(&near, &taken, "late").await, None);
    assert!(views(&near).write(&batch(&taken, "alice")).await.unwrap());
    assert_eq!(document(&near, &taken, "alice").await.unwrap(), "2");
}

fn entry(position: u64) -> IndexEntry {
    IndexEntry {
        index: 0,
        value: position.to_be_bytes().to_vec(),
        key: "last".to_owned(),
    }
}

/// A document that is always changed and stands in an index, and one of its own for each position.
async fn write(store: &PostgresStore, held: &Generation, from: u64) {
    let to = from + 1;
    let batch = ViewBatch {
        generation: held.id,
        token: held.token,
        from,
        to,
        upserts: vec![
            ("last".to_owned(), to.to_string()),
            (format!("{to:09}"), to.to_string()),
        ],
        old_entries: vec![entry(from)],
        new_entries: vec![entry(to)],
        ..ViewBatch::default()
    };
    assert!(views(store).write(&batch).await.unwrap());
}

/// All that is there is what was written up to this position.
async fn assert_agree(url: &str, position: u64) {
    let found = texts(
        url,
        "SELECT key || '=' || document FROM gesta_documents ORDER BY key",
    )
    .await;
    let each = (1..=position).map(|at| format!("{at:09}={at}"));
    let expected: Vec<_> = each.chain([format!("last={position}")]).collect();
    assert_eq!(found, expected);
    let found = texts(url, "SELECT encode(value, 'hex') FROM gesta_entries").await;
    assert_eq!(found, [format!("{position:016x}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_keeps_documents_and_position_together() {
    let Some(mut cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let url = cluster.url("postgres");
    let (mut token, mut lost) = (0, 0);
    for round in 0..6 {
        let store = open(&url).await;
        let held = claimed(&store, Uuid::nil()).await;
        assert!(held.token > token, "a claim was lost");
        token = held.token;
        for position in held.position..held.position + 40 {
            write(&store, &held, position).await;
        }
        if round % 2 == 1 {
            // What is durable at once takes all before it along.
            token = claimed(&store, Uuid::nil()).await.token;
        }
        tokio::task::block_in_place(|| {
            cluster.kill().unwrap();
            cluster.start_again().unwrap();
        });
        let again = open(&url).await;
        let found = views(&again).generations().await.unwrap().remove(0);
        assert!(found.position <= held.position + 40);
        let missing = held.position + 40 - found.position;
        assert!(round % 2 == 0 || missing == 0, "{missing} of round {round}");
        lost += missing;
        if found.position > 0 {
            assert_agree(&url, found.position).await;
        }
        again.close().await.unwrap();
    }
    println!("{lost} batches of 240 went with the server");
}
