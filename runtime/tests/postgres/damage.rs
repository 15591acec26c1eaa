//! What somebody does to the tables behind the store's back is found, not read past.

use gesta::store::{Outcome, PageLimit, PostgresStore, Store, StreamName};
use gesta::{LoadError, StoreError};
use gesta_test_postgres::{Database, database};

use crate::account::{Account, Deposit, bank_on, commit, log};
use crate::sql::run;

/// A log of three events of `alice`, three of `bob`, and one more of `alice`.
async fn seven() -> Option<(Database, PostgresStore)> {
    let database = database().await?;
    let store = PostgresStore::connect(database.url()).await.unwrap();
    let batch = [
        commit("alice", 0, 3),
        commit("bob", 0, 3),
        commit("alice", 3, 1),
    ];
    store.append(&batch).await.unwrap();
    Some((database, store))
}

fn stream(id: &str) -> StreamName {
    StreamName::new("Account", id).unwrap()
}

async fn read_log(store: &PostgresStore, after: u64, events: u32) -> Result<usize, StoreError> {
    let bytes = 1 << 20;
    let page = store.read_log(after, PageLimit { events, bytes }).await?;
    Ok(page.events.len())
}

fn is_corrupt<T>(read: Result<T, StoreError>) -> bool {
    matches!(read, Err(StoreError::Corrupt(_)))
}

#[tokio::test]
async fn a_hole_in_the_log_stops_its_readers() {
    let Some((database, store)) = seven().await else {
        return;
    };
    run(
        database.url(),
        "DELETE FROM gesta_events WHERE position = 5",
    )
    .await;
    assert_eq!(read_log(&store, 0, 3).await.unwrap(), 3);
    assert!(is_corrupt(read_log(&store, 3, 5).await));
    assert!(is_corrupt(read_log(&store, 0, 100).await));
    assert!(is_corrupt(read_log(&store, 4, 1).await), "behind a page");
    assert_eq!(read_log(&store, 5, 100).await.unwrap(), 2);

    // The counter goes on as if there had been more.
    run(database.url(), "UPDATE gesta_counter SET position = 9").await;
    store.append(&[commit("carol", 0, 1)]).await.unwrap();
    assert!(is_corrupt(read_log(&store, 5, 100).await));
}

#[tokio::test]
async fn a_hole_in_a_stream_stops_its_readers() {
    let Some((database, store)) = seven().await else {
        return;
    };
    let delete = "DELETE FROM gesta_events WHERE stream = 'Account/alice' AND version = 2";
    run(database.url(), delete).await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    let (a, b) = tokio::join!(
        store.read_stream(&alice, 0, PageLimit::default()),
        store.read_stream(&bob, 0, PageLimit::default()),
    );
    assert!(is_corrupt(a), "read together with others");
    assert_eq!(b.unwrap().events.len(), 3, "others are none the worse");
    assert!(is_corrupt(
        store.read_stream(&alice, 1, PageLimit::default()).await
    ));
    let after = store.read_stream(&alice, 2, PageLimit::default()).await;
    assert_eq!(after.unwrap().events.len(), 2);

    let bank = bank_on(database.url()).await;
    let loaded = bank.load::<Account>("alice").await;
    assert!(
        matches!(loaded, Err(LoadError::Store(StoreError::Corrupt(_)))),
        "{loaded:?}"
    );
    bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
    bank.send("bob", Deposit { cents: 1 }).await.unwrap();
}

#[tokio::test]
async fn numbers_out_of_their_range_are_damage() {
    let Some((database, store)) = seven().await else {
        return;
    };
    let url = database.url();
    run(
        url,
        "UPDATE gesta_events SET schema = -1 WHERE position = 2",
    )
    .await;
    let alice = stream("alice");
    assert!(is_corrupt(
        store.read_stream(&alice, 0, PageLimit::default()).await
    ));
    run(url, "UPDATE gesta_events SET schema = 1; UPDATE gesta_events SET stream = 'no stream' WHERE position = 2").await;
    assert!(is_corrupt(read_log(&store, 0, 100).await));
}

#[tokio::test]
async fn a_counter_that_is_gone_or_behind_is_an_error() {
    let Some((database, store)) = seven().await else {
        return;
    };
    let (url, next) = (database.url(), || [commit("alice", 4, 1)]);
    run(url, "UPDATE gesta_counter SET position = 3").await;
    let error = store.append(&next()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Failed(_) | StoreError::Corrupt(_)),
        "{error:?}"
    );
    run(url, "DELETE FROM gesta_counter").await;
    let error = store.append(&next()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    assert_eq!(log(url).await.len(), 7, "something was written");

    run(url, "INSERT INTO gesta_counter VALUES (true, 7)").await;
    let written = store.append(&next()).await.unwrap();
    assert_eq!(written, [Outcome::Written { position: 8 }]);
}

#[tokio::test]
async fn positions_end_where_their_numbers_do() {
    let Some((database, store)) = seven().await else {
        return;
    };
    let url = database.url();
    for (position, more) in [(1_i64 << 31, true), (1 << 53, true), (i64::MAX - 2, false)] {
        let (before, id) = (position - 1, position.to_string());
        run(
            url,
            &format!("UPDATE gesta_counter SET position = {before}"),
        )
        .await;
        let written = store.append(&[commit(&id, 0, 2)]).await.unwrap();
        let end = position.unsigned_abs() + 1;
        assert_eq!(written, [Outcome::Written { position: end }]);
        assert_eq!(read_log(&store, end - 2, 10).await.unwrap(), 2);
        let next = store.append(&[commit(&id, 2, 2)]).await;
        assert_eq!(next.is_ok(), more, "{next:?}");
    }
    // What does not fit is not written by half.
    let last = store.append(&[commit("last", 0, 1)]).await.unwrap();
    let position = i64::MAX.unsigned_abs();
    assert_eq!(last, [Outcome::Written { position }]);
    let error = store.append(&[commit("last", 1, 1)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    let none = store.append(&[commit("last", 1, 0)]).await.unwrap();
    assert_eq!(none, [Outcome::Written { position }]);
    assert_eq!(read_log(&store, position, 10).await.unwrap(), 0);
    assert_eq!(read_log(&store, u64::MAX, 10).await.unwrap(), 0);
    for version in [i64::MAX.unsigned_abs(), u64::MAX] {
        let refused = store.append(&[commit("last", version, 0)]).await;
        assert_eq!(refused.unwrap(), [Outcome::Refused], "version {version}");
    }
}

#[tokio::test]
async fn a_server_that_has_lost_what_was_durable_is_not_written_to() {
    let Some((database, store)) = seven().await else {
        return;
    };
    // What a standby is that took over without the last commit.
    run(
        database.url(),
        "DELETE FROM gesta_events WHERE position = 7; DELETE FROM gesta_commands WHERE version = 4;
        UPDATE gesta_counter SET position = 6;
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    let written = store.append(&[commit("bob", 3, 1)]).await;
    assert!(is_corrupt(written));
    let anew = PostgresStore::connect(database.url()).await.unwrap();
    let written = anew.append(&[commit("bob", 3, 1)]).await.unwrap();
    assert_eq!(written, [Outcome::Written { position: 7 }]);
    // Now the position is there again, with an event that it does not know.
    assert!(is_corrupt(store.append(&[commit("alice", 3, 1)]).await));
}

#[tokio::test]
async fn a_stream_that_cannot_be_read_does_not_keep_others_from_it() {
    let Some((database, store)) = seven().await else {
        return;
    };
    run(
        database.url(),
        "ALTER TABLE gesta_events RENAME TO truth;
        CREATE VIEW gesta_events AS SELECT position, recorded_at, schema, command_id, stream, name, payload,
            correlation, causation, actor,
            CASE WHEN stream = 'Account/bob' THEN version / (version - version) ELSE version END AS version
        FROM truth",
    )
    .await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    let (a, b, c) = tokio::join!(
        store.read_stream(&alice, 0, PageLimit::default()),
        store.read_stream(&bob, 0, PageLimit::default()),
        store.read_stream(&alice, 2, PageLimit::default()),
    );
    assert_eq!((a.unwrap().events.len(), c.unwrap().events.len()), (4, 2));
    assert!(matches!(b, Err(StoreError::Failed(_))), "{b:?}");
}
