//! Schemas and prefixes.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use gesta::StoreError;
use gesta::store::{PostgresStore, Store};
use gesta_test_postgres::database;

use crate::account::{Account, Deposit, balance, bank_on, commit};
use crate::sql::{number, texts, with};

#[tokio::test]
async fn a_hostile_name_is_refused_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("postgres://a@{}/b", listener.local_addr().unwrap());
    for name in [
        "",
        "a b",
        "Bank",
        "1a",
        "a\"; DROP TABLE gesta_events; --",
        "a'",
        "ä",
        "a\0",
        "pg.catalog",
        "%22",
        &"x".repeat(64),
    ] {
        let builder = || {
            let builder = PostgresStore::builder(&url).unwrap();
            builder.patience(Duration::from_millis(50))
        };
        for hostile in [builder().schema(name), builder().table_prefix(name)] {
            let error = hostile.schema_sql().unwrap_err();
            assert!(matches!(error, StoreError::Name { .. }), "{error:?}");
            let error = hostile.open().await.unwrap_err();
            assert!(matches!(error, StoreError::Name { .. }), "{error:?}");
        }
    }
    let address = format!("{url}?schema=a%22b");
    let error = PostgresStore::connect(&address).await.unwrap_err();
    assert!(matches!(error, StoreError::Name { .. }), "{error:?}");
    assert!(listener.accept().is_err(), "something was sent");
}

#[tokio::test]
async fn stores_of_other_names_do_not_see_each_other() {
    let Some(database) = database().await else {
        return;
    };
    let addresses = [
        "table_prefix=one_",
        "table_prefix=two_",
        "schema=three",
        "schema=three&table_prefix=_",
    ];
    let addresses = addresses.map(|parameter| with(database.url(), parameter));
    for (cents, address) in (1..).zip(&addresses) {
        let bank = bank_on(address.as_str()).await;
        assert!(bank.load::<Account>("alice").await.is_err(), "{address}");
        let id = gesta::testing::SequentialIds::nth(1);
        let sent = bank.send("alice", Deposit { cents }).command_id(id).await;
        let sent = sent.unwrap();
        assert_eq!((sent.version, sent.position, sent.duplicate), (1, 1, false));
        bank.shutdown().await.unwrap();
    }
    for (cents, address) in (1..).zip(&addresses) {
        assert_eq!(
            balance(&bank_on(address.as_str()).await, "alice").await,
            cents
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_open_a_database_at_once_one_makes_the_tables() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "schema=bank");
    let open = |number: usize| {
        let address = address.clone();
        tokio::spawn(async move {
            let store = PostgresStore::connect(&address).await.unwrap();
            store
                .append(&[commit(&number.to_string(), 0, 1)])
                .await
                .unwrap();
            store.close().await.unwrap();
        })
    };
    let opened: Vec<_> = (0..16).map(open).collect();
    for each in opened {
        each.await.unwrap();
    }
    let count = |table: &str| format!("SELECT count(*) FROM bank.gesta_{table}");
    assert_eq!(number(database.url(), &count("schema")).await, 2);
    assert_eq!(number(database.url(), &count("counter")).await, 1);
    assert_eq!(crate::account::log(&address).await.len(), 16);
}

const OPENED: &str = "GESTA_TEST_OPENED";

/// Not a test of its own: what the processes of the next test run.
#[tokio::test]
async fn a_process_opens() {
    let Ok(address) = std::env::var(OPENED) else {
        return;
    };
    let store = PostgresStore::connect(&address).await.unwrap();
    let id = std::process::id().to_string();
    store.append(&[commit(&id, 0, 1)]).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn processes_that_open_a_database_at_once_agree_on_the_tables() {
    let Some(database) = database().await else {
        return;
    };
    let program = std::env::current_exe().unwrap();
    let start = |_| {
        let mut process = Command::new(&program);
        process.args(["--exact", "names::a_process_opens"]);
        process.env(OPENED, database.url()).stdout(Stdio::piped());
        process.spawn().unwrap()
    };
    for process in (0..6).map(start).collect::<Vec<_>>() {
        let done = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(said.contains("1 passed"), "{said}");
    }
    let steps = number(database.url(), "SELECT count(*) FROM gesta_schema").await;
    assert_eq!(steps, 2);
    assert_eq!(crate::account::log(database.url()).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_of_other_prefixes_may_make_one_schema_at_once() {
    let Some(database) = database().await else {
        return;
    };
    let open = |number: usize| {
        let address = with(
            database.url(),
            &format!("schema=bank&table_prefix=p{number}_"),
        );
        tokio::spawn(async move { PostgresStore::connect(&address).await.map(drop) })
    };
    let opened: Vec<_> = (0..12).map(open).collect();
    for each in opened {
        each.await.unwrap().unwrap();
    }
    let tables = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'bank' AND table_name LIKE '%events'";
    assert_eq!(texts(database.url(), tables).await.len(), 12);
}
