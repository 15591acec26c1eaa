//! No statement about documents reads a table, or more of an index than it must.

use std::ops::Bound;

use gesta::Uuid;
use gesta::store::views::{
    Cursor, IndexEntry, IndexRange, ParkedEvent, Request, ViewBatch, ViewQuery, Which,
};
use gesta::store::{PostgresStore, Store};
use gesta_test_postgres::database;

use super::{HOUR, declaration, open, views};
use crate::sql::{number, run};

/// 10,000 documents of the first generation, as many entries, and others' around them.
const FILL: &str = "
    INSERT INTO gesta_documents SELECT g, 'k' || to_char(n, 'FM00000'), '{}'
    FROM generate_series(0, 2) AS g, generate_series(1, 10000) AS n ON CONFLICT DO NOTHING;
    INSERT INTO gesta_entries SELECT g, i, int4send(n), 'k' || to_char(n, 'FM00000')
    FROM generate_series(0, 2) AS g, generate_series(0, 2) AS i, generate_series(1, 10000) AS n ON CONFLICT DO NOTHING;
    INSERT INTO gesta_parked SELECT 1, n, 1, NULL, 'k' || to_char(n, 'FM00000'), 'poison'
    FROM generate_series(1, 10000) AS n ON CONFLICT DO NOTHING";

const TABLES: &str = "('gesta_documents', 'gesta_entries', 'gesta_parked')";

fn place(number: u32) -> Cursor {
    Cursor {
        value: number.to_be_bytes().to_vec(),
        key: format!("k{number:05}"),
    }
}

fn range() -> IndexRange {
    IndexRange {
        index: 1,
        from: Bound::Included(100_u32.to_be_bytes().to_vec()),
        to: Bound::Excluded(9_000_u32.to_be_bytes().to_vec()),
    }
}

fn which() -> Which {
    let (projection, version) = ("statement".to_owned(), 1);
    Which {
        projection,
        version,
    }
}

/// Pages of ten in both directions: from the beginning, and from a document in the middle.
async fn turn_pages(store: &PostgresStore) -> u32 {
    let mut pages = 0;
    let everything = IndexRange {
        index: 1,
        from: Bound::Unbounded,
        to: Bound::Unbounded,
    };
    for range in [None, Some(range()), Some(everything)] {
        for after in [None, Some(place(5_000))] {
            for reverse in [false, true] {
                let (range, after) = (range.clone(), after.clone());
                let query = ViewQuery {
                    range,
                    after,
                    reverse,
                    limit: 10,
                };
                views(store).page(&which(), &query).await.unwrap();
                pages += 1;
            }
        }
    }
    pages
}

/// All else, but for counting.
async fn use_all(store: &PostgresStore) {
    let id = views(store).declare(&declaration(1)).await.unwrap().id;
    let held = views(store).claim(id, Uuid::nil(), HOUR).await;
    let held = held.unwrap().unwrap();
    let keys = [place(17).key, "none".to_owned()];
    views(store).documents(id, &keys).await.unwrap();
    views(store).view(&which(), &keys[0]).await.unwrap();
    let entry = |number| IndexEntry {
        index: 1,
        value: place(number).value,
        key: place(number).key,
    };
    let batch = ViewBatch {
        generation: id,
        token: held.token,
        from: held.position,
        to: held.position + 1,
        upserts: vec![(place(17).key, "{}".to_owned())],
        deletes: vec![place(18).key, "none".to_owned()],
        old_entries: vec![entry(18), entry(20_000)],
        new_entries: vec![entry(17)],
        parked: vec![ParkedEvent {
            key: place(17).key,
            position: 17,
            error: None,
            attempts: 1,
            request: None,
        }],
        unparked: vec![(place(18).key, 18), ("none".to_owned(), 1)],
    };
    assert!(views(store).write(&batch).await.unwrap());
    let after = place(5_000).key;
    let parked = views(store).parked(id, Some((&after, 5_000)), 10);
    parked.await.unwrap();
    let request = views(store).request(id, &after, Request::Retry);
    request.await.unwrap();
    let dropped = views(store).rebuild(&declaration(9)).await.unwrap().id;
    let drop = gesta::store::views::Control::Drop;
    assert!(views(store).control(dropped, drop).await.unwrap());
    assert!(views(store).sweep(dropped, 10).await.unwrap());
}

/// What a table tells of itself once all connections of ours have ended.
async fn counted(url: &str, sum: &str, of: &str) -> i64 {
    let ours = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gesta'";
    while number(url, ours).await > 0 {}
    let sql = format!("SELECT coalesce(sum({sum}), 0)::bigint FROM {of} WHERE relname IN {TABLES}");
    number(url, &sql).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_about_documents_search_and_never_scan() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    let old = open(url).await;
    use_all(&old).await;
    run(
        url,
        "UPDATE gesta_projections SET stage = 1 WHERE generation = 1",
    )
    .await;
    run(
        url,
        "ANALYZE gesta_documents, gesta_entries, gesta_parked, gesta_projections",
    )
    .await;
    // Its plans are made while the server knows that there is nothing in the tables, and are kept.
    use_all(&old).await;
    turn_pages(&old).await;
    let everything = views(&old).count(&which(), None).await.unwrap().unwrap();
    assert_eq!(everything.answer, 1);
    run(url, FILL).await;
    use_all(&old).await;
    let mut pages = turn_pages(&old).await;
    old.close().await.unwrap();
    for analyzed in [false, true] {
        if analyzed {
            run(url, "ANALYZE gesta_documents, gesta_entries, gesta_parked").await;
        }
        let new = open(url).await;
        use_all(&new).await;
        pages += turn_pages(&new).await;
        new.close().await.unwrap();
    }
    let scanned = counted(url, "seq_tup_read", "pg_stat_user_tables").await;
    assert_eq!(scanned, 0, "rows were read by scans");
    // Eleven entries of a page and their documents, and a few hundred for all else.
    let read = counted(url, "idx_tup_read", "pg_stat_user_indexes").await;
    let most = i64::from(pages) * 22 + 500;
    assert!(read <= most, "{read} rows of indexes, and not {most}");
    assert!(read >= i64::from(pages) * 10, "{read} rows: who counts?");

    let new = open(url).await;
    let counts = [None, Some(range())].map(|range| {
        let new = &new;
        async move { views(new).count(&which(), range.as_ref()).await }
    });
    for (count, expected) in counts.into_iter().zip([9_999, 8_900]) {
        assert_eq!(count.await.unwrap().unwrap().answer, expected);
    }
    new.close().await.unwrap();
    let scanned = counted(url, "seq_tup_read", "pg_stat_user_tables").await;
    assert_eq!(scanned, 0, "rows were counted by scans");
}
