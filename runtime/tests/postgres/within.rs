//! Commands inside transactions of the caller's own.

use std::time::Duration;

use gesta::store::PostgresStore;
use gesta::{App, SendError, StoreError, Uuid};
use gesta_test_postgres::{Database, database};
use sqlx::{Connection, PgConnection, Postgres, Row, Transaction};

use crate::account::{Account, Deposit, Look, Open, Refused, Withdraw, balance, bank_on, log};
use crate::sql::{connect, number, run};

/// A bank in which `alice` has ten cents, beside a table of the user's own.
async fn bank() -> Option<(Database, App, PgConnection)> {
    let database = database().await?;
    run(database.url(), "CREATE TABLE invoices (id bigint)").await;
    let bank = bank_on(database.url()).await;
    bank.send("alice", Deposit { cents: 10 }).await.unwrap();
    let connection = connect(database.url()).await;
    Some((database, bank, connection))
}

async fn pay(transaction: &mut PgConnection) {
    let paid = sqlx::query("INSERT INTO invoices VALUES (7)");
    paid.execute(transaction).await.unwrap();
}

async fn invoices(database: &Database) -> i64 {
    number(database.url(), "SELECT count(*) FROM invoices").await
}

/// Whoever waits for the counter has asked for it by now, and goes on only once it is free.
async fn until_somebody_waits(connection: &mut Transaction<'_, Postgres>) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let row = sqlx::query(waiting).fetch_one(&mut **connection).await;
        if row.unwrap().get::<i64, _>(0) > 0 {
            return;
        }
        // The view is read once in a transaction.
        let clear = sqlx::query("SELECT pg_stat_clear_snapshot()");
        clear.execute(&mut **connection).await.unwrap();
    }
}

#[tokio::test]
async fn a_command_becomes_durable_with_the_rows_beside_it() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let mut transaction = connection.begin().await.unwrap();
    pay(&mut transaction).await;
    let withdraw = bank.send("alice", Withdraw { cents: 4 });
    let sent = withdraw
        .actor("bob")
        .within(&mut transaction)
        .await
        .unwrap();
    assert_eq!((sent.version, sent.position, sent.events), (2, 2, 1));
    assert!(!sent.duplicate);
    assert_eq!(balance(&bank, "alice").await, 10, "nobody sees it yet");
    transaction.commit().await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 6);
    assert_eq!(invoices(&database).await, 1);
    let log = log(database.url()).await;
    assert_eq!(log[1].meta.actor.as_deref(), Some("bob"));
    // The app has an older state in memory, and finds out.
    let sent = bank.send("alice", Withdraw { cents: 7 }).await;
    assert!(matches!(
        sent,
        Err(SendError::Rejected(Refused { available: 6 }))
    ));
    assert_eq!(
        bank.send("alice", Withdraw { cents: 6 })
            .await
            .unwrap()
            .version,
        3
    );
}

#[tokio::test]
async fn a_rollback_leaves_nothing_and_no_hole() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let id = Uuid::now_v7();
    let deposit = |cents| bank.send("bob", Deposit { cents }).command_id(id);
    for _ in 0..2 {
        let mut transaction = connection.begin().await.unwrap();
        pay(&mut transaction).await;
        for version in 1..=6 {
            // Enough for a snapshot.
            let sent = bank
                .send("alice", Deposit { cents: 1 })
                .within(&mut transaction);
            assert_eq!(sent.await.unwrap().version, version + 1);
        }
        let sent = deposit(1).within(&mut transaction).await.unwrap();
        assert_eq!((sent.version, sent.position, sent.duplicate), (1, 8, false));
        transaction.rollback().await.unwrap();
    }
    assert_eq!(invoices(&database).await, 0);
    let snapshots = "SELECT count(*) FROM gesta_snapshots";
    assert_eq!(number(database.url(), snapshots).await, 0);
    assert!(bank.load::<Account>("bob").await.is_err());
    let sent = deposit(2).await.unwrap();
    assert_eq!((sent.version, sent.position, sent.duplicate), (1, 2, false));
    let sent = bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    assert_eq!((sent.version, sent.position), (2, 3));
    assert_eq!(log(database.url()).await.len(), 3);
}

#[tokio::test]
async fn each_command_of_a_transaction_sees_those_before_it() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let other = bank_on(database.url()).await;
    other.send("alice", Deposit { cents: 1 }).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    let withdraw = |cents| bank.send("alice", Withdraw { cents });
    withdraw(11).within(&mut transaction).await.unwrap();
    let refused = withdraw(1).within(&mut transaction).await;
    assert!(
        matches!(refused, Err(SendError::Rejected(Refused { available: 0 }))),
        "{refused:?}"
    );
    let gone = bank.send("alice", Open).within(&mut transaction).await;
    assert!(matches!(gone, Err(SendError::AlreadyExists { .. })));
    let none = bank.send("carol", Withdraw { cents: 1 });
    let none = none.within(&mut transaction).await;
    assert!(matches!(none, Err(SendError::NotFound { .. })));
    // The refusals leave the transaction as it was.
    pay(&mut transaction).await;
    for (version, cents) in (4..).zip([1, 2, 3, 4, 5]) {
        let deposit = bank.send("alice", Deposit { cents });
        let sent = deposit.within(&mut transaction).await.unwrap();
        assert_eq!((sent.version, sent.position), (version, version));
    }
    let look = bank.send("alice", Look).within(&mut transaction).await;
    let look = look.unwrap();
    assert_eq!((look.version, look.position, look.events), (8, 8, 0));
    let bob = bank.send("bob", Open).within(&mut transaction).await;
    assert_eq!(bob.unwrap().position, 9);
    transaction.commit().await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 15);
    assert_eq!(balance(&other, "alice").await, 15);
    assert_eq!(invoices(&database).await, 1);
    assert_eq!(log(database.url()).await.len(), 9);
}

#[tokio::test]
async fn a_retry_is_found_in_the_same_transaction_and_in_later_ones() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let (id, empty) = (Uuid::now_v7(), Uuid::now_v7());
    let deposit = || bank.send("alice", Deposit { cents: 5 }).command_id(id);
    let look = || bank.send("alice", Look).command_id(empty);
    for round in 0..2 {
        let mut transaction = connection.begin().await.unwrap();
        for again in [round > 0, true] {
            let sent = deposit().within(&mut transaction).await.unwrap();
            assert_eq!((sent.version, sent.position), (2, 2));
            assert_eq!((sent.events, sent.duplicate), (1, again));
            let sent = look().within(&mut transaction).await.unwrap();
            assert_eq!((sent.version, sent.duplicate), (2, again));
        }
        let other = bank.send("alice", Deposit { cents: 6 }).command_id(id);
        let reused = other.within(&mut transaction).await;
        assert!(matches!(
            reused,
            Err(SendError::CommandIdReused { command_id }) if command_id == id
        ));
        transaction.commit().await.unwrap();
    }
    assert!(deposit().await.unwrap().duplicate);
    assert!(look().await.unwrap().duplicate);

    // And the other way round.
    let id = Uuid::now_v7();
    let deposit = || bank.send("alice", Deposit { cents: 7 }).command_id(id);
    assert!(!deposit().await.unwrap().duplicate);
    let mut transaction = connection.begin().await.unwrap();
    let sent = deposit().within(&mut transaction).await.unwrap();
    assert_eq!((sent.version, sent.duplicate), (3, true));
    transaction.commit().await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 22);
    assert_eq!(log(database.url()).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_sent_meanwhile_waits_and_is_decided_on_what_came() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let other = bank_on(database.url()).await;
    for (version, commit) in [(2, true), (5, false)] {
        let mut transaction = connection.begin().await.unwrap();
        let sent = bank
            .send("alice", Deposit { cents: 1 })
            .within(&mut transaction);
        assert_eq!(sent.await.unwrap().version, version);
        let waits = [
            tokio::spawn(bank.send("alice", Deposit { cents: 1 }).into_future()),
            tokio::spawn(other.send("bob", Deposit { cents: 1 }).into_future()),
        ];
        until_somebody_waits(&mut transaction).await;
        assert!(waits.iter().all(|each| !each.is_finished()));
        // A transaction may go on, whoever waits.
        let sent = bank
            .send("alice", Deposit { cents: 1 })
            .within(&mut transaction);
        assert_eq!(sent.await.unwrap().version, version + 1);
        match commit {
            true => transaction.commit().await.unwrap(),
            false => transaction.rollback().await.unwrap(),
        }
        for sent in waits {
            sent.await.unwrap().unwrap();
        }
    }
    assert_eq!(balance(&bank, "alice").await, 14);
    assert_eq!(balance(&bank, "bob").await, 2);
    assert_eq!(log(database.url()).await.len(), 7);
}

#[tokio::test]
async fn a_transaction_that_takes_too_long_costs_others_a_typed_error() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let builder = PostgresStore::builder(database.url()).unwrap();
    let hasty = bank_on(builder.patience(Duration::from_millis(100))).await;
    let mut transaction = connection.begin().await.unwrap();
    let sent = bank.send("bob", Open).within(&mut transaction).await;
    sent.unwrap();
    let sent = hasty.send("carol", Open).await;
    assert!(
        matches!(sent, Err(SendError::Store(StoreError::Unavailable(_)))),
        "{sent:?}"
    );
    transaction.commit().await.unwrap();
    assert_eq!(hasty.send("carol", Open).await.unwrap().position, 3);
}

#[tokio::test]
async fn only_a_postgresql_store_has_transactions_of_others() {
    let Some((_database, _, mut connection)) = bank().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("bank.db").display());
    for address in ["memory:", file.as_str()] {
        let bank = bank_on(address).await;
        let mut transaction = connection.begin().await.unwrap();
        let sent = bank.send("alice", Open).within(&mut transaction).await;
        let Err(SendError::Store(StoreError::Failed(source))) = sent else {
            panic!("{sent:?}");
        };
        assert!(source.to_string().contains("PostgreSQL"), "{source}");
        pay(&mut transaction).await;
        transaction.commit().await.unwrap();
        assert!(bank.load::<Account>("alice").await.is_err());
        bank.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_shutdown_takes_no_more_and_leaves_the_transaction_to_its_owner() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let mut transaction = connection.begin().await.unwrap();
    let deposit = || bank.send("alice", Deposit { cents: 1 });
    deposit().within(&mut transaction).await.unwrap();
    bank.shutdown().await.unwrap();
    let late = deposit().within(&mut transaction).await;
    assert!(matches!(late, Err(SendError::ShuttingDown)), "{late:?}");
    transaction.commit().await.unwrap();
    assert_eq!(log(database.url()).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_waits_for_a_command_that_waits_for_others() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let mut other = connect(database.url()).await;
    let mut first = other.begin().await.unwrap();
    let sent = bank.send("bob", Open).within(&mut first).await;
    sent.unwrap();
    let second = {
        let bank = bank.clone();
        tokio::spawn(async move {
            let mut transaction = connection.begin().await.unwrap();
            let sent = bank.send("bob", Deposit { cents: 1 });
            let sent = sent.within(&mut transaction).await.unwrap();
            transaction.commit().await.unwrap();
            sent
        })
    };
    until_somebody_waits(&mut first).await;
    let shutdown = tokio::spawn({
        let bank = bank.clone();
        async move { bank.shutdown().await }
    });
    let late = loop {
        match bank.send("x", Look).within(&mut first).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(late) => break late,
        }
    };
    assert!(matches!(late, SendError::ShuttingDown), "{late:?}");
    assert!(!shutdown.is_finished());
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap().version, 2);
    shutdown.await.unwrap().unwrap();
    assert_eq!(log(database.url()).await.len(), 3);
}

/// A transaction that looks at the log of its beginning may not write on it.
#[tokio::test]
async fn a_stricter_transaction_gets_an_error_and_never_a_wrong_state() {
    let Some((database, bank, mut connection)) = bank().await else {
        return;
    };
    let mut changes = 1;
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let begin = format!("BEGIN ISOLATION LEVEL {level}; SELECT count(*) FROM invoices");
        for meanwhile in ["alice", "bob"] {
            let begin = sqlx::raw_sql(sqlx::AssertSqlSafe(begin.clone()));
            begin.execute(&mut connection).await.unwrap();
            let sent = bank.send(meanwhile, Deposit { cents: 1 }).await;
            sent.unwrap();
            changes += 1;
            let sent = bank
                .send("alice", Deposit { cents: 1 })
                .within(&mut connection);
            let sent = sent.await;
            assert!(
                matches!(sent, Err(SendError::Store(StoreError::Unavailable(_)))),
                "{level}: {sent:?}"
            );
            let rollback = sqlx::raw_sql("ROLLBACK").execute(&mut connection);
            rollback.await.unwrap();
        }
        // Where nothing came in between it is as good as any.
        let begin = sqlx::raw_sql(sqlx::AssertSqlSafe(begin));
        begin.execute(&mut connection).await.unwrap();
        for _ in 0..2 {
            let deposit = bank.send("alice", Deposit { cents: 1 });
            deposit.within(&mut connection).await.unwrap();
            changes += 1;
        }
        let commit = sqlx::raw_sql("COMMIT").execute(&mut connection);
        commit.await.unwrap();
        assert_eq!(log(database.url()).await.len(), changes, "{level}");
    }
    assert_eq!(balance(&bank, "alice").await, 10 + 2 * 3);
}

/// Two processes, each with commands of both kinds, on one account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_money_is_made_where_both_kinds_meet() {
    let Some((database, bank, _)) = bank().await else {
        return;
    };
    bank.send("alice", Deposit { cents: 40 }).await.unwrap();
    let banks = [bank.clone(), bank_on(database.url()).await];
    let url = database.url().to_owned();
    let mut clients = Vec::new();
    for number in 0..6 {
        let (bank, url) = (banks[number % 2].clone(), url.clone());
        clients.push(tokio::spawn(async move {
            let mut connection = connect(&url).await;
            let mut taken = 0;
            for round in 0..15 {
                let withdraw = bank.send("alice", Withdraw { cents: 1 });
                let mut transaction = connection.begin().await.unwrap();
                let sent = match (number + round) % 3 {
                    0 => withdraw.await,
                    _ => withdraw.within(&mut transaction).await,
                };
                let counts = (number + round) % 3 < 2;
                match counts {
                    true => transaction.commit().await.unwrap(),
                    false => transaction.rollback().await.unwrap(),
                }
                match sent {
                    Ok(_) => taken += u64::from(counts),
                    Err(SendError::Rejected(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            taken
        }));
    }
    let mut taken = 0;
    for client in clients {
        taken += client.await.unwrap();
    }
    assert_eq!(taken, 50);
    assert_eq!(balance(&bank, "alice").await, 0);
    assert_eq!(log(&url).await.len(), 52);
}

#[tokio::test]
async fn a_caller_who_stops_in_the_middle_does_not_keep_others_waiting() {
    let Some(database) = database().await else {
        return;
    };
    let others = bank_on(database.url()).await;
    let store = PostgresStore::builder(database.url()).unwrap();
    let impatient = bank_on(store.patience(Duration::from_millis(200))).await;
    let mut connection = connect(database.url()).await;
    let mut transaction = connection.begin().await.unwrap();
    let held = impatient.send("alice", Deposit { cents: 1 });
    held.within(&mut transaction).await.unwrap();

    // It waits for the counter for ten seconds, and gets it long before.
    let sent = others.send("bob", Deposit { cents: 1 }).await.unwrap();
    assert_eq!(sent.position, 1, "nothing of the transaction is left");
    assert!(transaction.commit().await.is_err());
}
