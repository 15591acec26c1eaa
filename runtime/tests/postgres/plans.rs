//! No statement of ours ever reads a whole table, however many rows it has by then.

use gesta::Uuid;
use gesta::store::{CommandKey, PageLimit, PostgresStore, Store, StreamName};
use gesta_test_postgres::database;
use sqlx::Connection;

use crate::account::{Deposit, Look, bank_on, commit};
use crate::sql::{connect, number, run};

/// 50,000 events of 5,000 accounts, as if they had been written one by one.
const FILL: &str = "
    INSERT INTO gesta_events (position, version, recorded_at, schema, command_id, stream, name, payload)
    SELECT n + (SELECT position FROM gesta_counter), (n - 1) / 5000 + 1, 0, 1, gen_random_uuid(),
        'Account/' || (n - 1) % 5000, 'Deposited', '{\"cents\":1}'
    FROM generate_series(1, 50000) AS n;
    INSERT INTO gesta_commands (command_id, version, events, stream)
    SELECT gen_random_uuid(), (n - 1) / 5000 + 1, 1, 'Account/' || (n - 1) % 5000 FROM generate_series(1, 50000) AS n;
    INSERT INTO gesta_snapshots (stream, version, fingerprint, state)
    SELECT 'Account/' || n, 1, 0, '{}' FROM generate_series(1, 4999) AS n;
    UPDATE gesta_counter SET position = position + 50000";

/// How many rows were read by reading whole tables; the counter and the steps are one row each.
const READ: &str = "SELECT coalesce(sum(seq_tup_read), 0)::bigint FROM pg_stat_user_tables
    WHERE relname IN ('gesta_events', 'gesta_commands', 'gesta_snapshots')";

const ANALYZE: &str = "ANALYZE gesta_events, gesta_commands, gesta_snapshots, gesta_counter";

/// Each statement of the store, with keys that are there and keys that are not.
async fn use_all(store: &PostgresStore, start: u64) {
    let limit = PageLimit {
        events: 10,
        bytes: 1 << 20,
    };
    for round in 0..8 {
        let id = format!("new-{start}-{round}");
        let first = commit(&id, 0, 2);
        store
            .append(&[first.clone(), commit(&id, 2, 0)])
            .await
            .unwrap();
        // A retry and two conflicts, so that each commit is looked up.
        let batch = [
            first.clone(),
            commit(&id, 0, 1),
            commit(&id, 9, 1),
            commit(&id, 9, 0),
        ];
        store.append(&batch).await.unwrap();
        let key = |stream: &StreamName, command_id| CommandKey {
            command_id,
            stream: stream.clone(),
        };
        let (known, other) = (
            first.meta.command_id,
            StreamName::new("Account", "17").unwrap(),
        );
        let keys = [key(&first.stream, known), key(&other, Uuid::now_v7())];
        store.lookup(&keys).await.unwrap();
        for stream in [&first.stream, &other] {
            store.read_stream(stream, round, limit).await.unwrap();
            store.read_snapshot(stream).await.unwrap();
        }
        store.read_log(start, limit).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_search_and_never_scan() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    PostgresStore::connect(url).await.unwrap();
    run(url, ANALYZE).await;
    // Their plans are made while the server knows that there is nothing in the tables, and are kept.
    let old = PostgresStore::connect(url).await.unwrap();
    use_all(&old, 0).await;
    run(url, FILL).await;
    let mut caller = connect(url).await;
    use_all(&old, 40_000).await;
    for analyzed in [false, true] {
        if analyzed {
            run(url, ANALYZE).await;
        }
        let new = PostgresStore::connect(url).await.unwrap();
        use_all(&new, 45_000 + u64::from(analyzed)).await;
        new.close().await.unwrap();
        // On a connection that is not set as ours are.
        let bank = bank_on(url).await;
        for number in 0..8 {
            let mut transaction = caller.begin().await.unwrap();
            let deposit = bank.send(number.to_string(), Deposit { cents: 1 });
            deposit.within(&mut transaction).await.unwrap();
            let look = bank
                .send(number.to_string(), Look)
                .command_id(Uuid::now_v7());
            look.within(&mut transaction).await.unwrap();
            transaction.commit().await.unwrap();
        }
        bank.shutdown().await.unwrap();
    }
    // What was counted is told when a connection ends.
    old.close().await.unwrap();
    caller.close().await.unwrap();
    let ours = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gesta'";
    while number(url, ours).await > 0 {}
    let read = number(url, READ).await;
    assert_eq!(read, 0, "rows were read by scans");
}
