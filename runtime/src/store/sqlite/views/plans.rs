//! That SQLite searches large tables by their keys: it may pass over a whole generation, and the answers are the same.

use std::ops::Bound;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::store::views::{Cursor, IndexEntry, IndexRange, ViewBatch, ViewQuery, Which};

use super::super::row::get;
use super::super::{schema, script::Script};
use super::{documents, parked, query, retire, write};

/// How the tables of documents, entries and parked events are searched, in this order of statements.
async fn searches(script: Script) -> Vec<String> {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    schema::migrate(&mut connection).await.unwrap();
    let mut searches = Vec::new();
    for statement in script.sql().split_terminator(';') {
        let sql = format!("EXPLAIN QUERY PLAN {statement}");
        let plan = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await;
        for row in plan.unwrap() {
            let line: String = get(&row, 3).unwrap();
            if let Some((_, key)) = line.split_once("USING PRIMARY KEY ") {
                searches.push(key.to_owned());
            } else {
                assert!(
                    !line.starts_with("SCAN gesta_") || line == "SCAN gesta_projections",
                    "{line}"
                );
            }
        }
    }
    searches
}

fn all(searches: &[String], key: &str) -> bool {
    !searches.is_empty() && searches.iter().all(|search| search == key)
}

#[tokio::test]
async fn a_batch_searches_by_whole_keys() {
    let entry = |index| IndexEntry {
        index,
        value: vec![1],
        key: "a".to_owned(),
    };
    let documents = ViewBatch {
        deletes: vec!["a".to_owned(); 20],
        ..ViewBatch::default()
    };
    let documents = searches(write::changes(&documents).unwrap()).await;
    assert!(all(&documents, "(generation=? AND key=?)"), "{documents:?}");
    let entries = ViewBatch {
        old_entries: (0..20).map(|number| entry(number % 2)).collect(),
        ..ViewBatch::default()
    };
    let entries = searches(write::changes(&entries).unwrap()).await;
    let whole = "(generation=? AND number=? AND value=? AND key=?)";
    assert!(all(&entries, whole) && entries.len() == 2, "{entries:?}");
    let parked = ViewBatch {
        unparked: vec![("a".to_owned(), 1); 20],
        ..ViewBatch::default()
    };
    let parked = searches(write::changes(&parked).unwrap()).await;
    let whole = "(generation=? AND key=? AND position=?)";
    assert!(all(&parked, whole), "{parked:?}");
}

#[tokio::test]
async fn a_page_is_read_from_where_it_begins() {
    let which = Which {
        projection: "Statement".to_owned(),
        version: 1,
    };
    for (reverse, sign) in [(false, '>'), (true, '<')] {
        let mut query = ViewQuery {
            range: None,
            after: Some(Cursor {
                value: Vec::new(),
                key: "a".to_owned(),
            }),
            reverse,
            limit: 10,
        };
        let script = query::page(&which, &query).unwrap();
        let sorted = temporary(&script).await;
        assert_eq!(
            sorted, 2,
            "the generations and the page are sorted, no more"
        );
        let by_key = searches(script).await;
        assert_eq!(by_key, [format!("(generation=? AND key{sign}?)")]);
        query.range = Some(IndexRange {
            index: 1,
            from: Bound::Unbounded,
            to: Bound::Unbounded,
        });
        let script = query::page(&which, &query).unwrap();
        assert_eq!(temporary(&script).await, 2);
        let by_index = searches(script).await;
        let from = format!("(generation=? AND number=? AND (value,key){sign}(?,?))");
        assert_eq!(by_index, [from.as_str(), "(generation=? AND key=?)"]);
    }
}

/// How often rows are sorted.
async fn temporary(script: &Script) -> usize {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    schema::migrate(&mut connection).await.unwrap();
    let sql = format!("EXPLAIN QUERY PLAN {}", script.sql());
    let plan = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(&mut connection)
        .await;
    let lines = plan
        .unwrap()
        .into_iter()
        .map(|row| get::<String>(&row, 3).unwrap());
    lines.filter(|line| line.contains("TEMP B-TREE")).count()
}

#[tokio::test]
async fn the_rest_searches_by_keys() {
    let keys = ["a".to_owned()];
    let found = searches(documents::of(1, &keys).unwrap()).await;
    assert_eq!(found, ["(generation=? AND key=?)"]);
    let found = searches(parked::page(1, Some(("a", 1)), 9).unwrap()).await;
    assert_eq!(found, ["(generation=? AND (key,position)>(?,?))"]);
    let swept = searches(retire::sweep(1, 100).unwrap()).await;
    let bounded = swept.iter().filter(|search| search.contains('<')).count();
    assert_eq!(bounded, 3, "{swept:?}");
}
