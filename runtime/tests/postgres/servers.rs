//! Which servers and databases are taken.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::store::{PostgresStore, Store};
use gesta::{LoadError, SendError, StoreError};
use gesta_test_postgres::{Cluster, Fault, Proxy, database};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::account::{Account, Deposit, bank_on};
use crate::sql::{number, run};

/// What the store warns of, as one text.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<String>>);

impl Visit for Warnings {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{value:?}").unwrap();
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("gesta")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What is warned of while the store opens, on this thread.
async fn warnings(url: &str) -> String {
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    PostgresStore::connect(url).await.unwrap();
    warnings.0.lock().unwrap().clone()
}

const TABLES: &str =
    "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'gesta%'";

#[tokio::test]
async fn a_server_that_does_not_sync_is_refused() {
    let Some(cluster) = Cluster::start(&[("fsync", "off")]).unwrap() else {
        return;
    };
    let url = cluster.url("postgres");
    let error = PostgresStore::connect(&url).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::UnsafeSetting { setting, .. } if setting == "fsync = off"),
        "{error:?}"
    );
    assert!(error.to_string().contains("destroy"), "{error}");
    assert_eq!(number(&url, TABLES).await, 0, "it was refused too late");
}

#[tokio::test]
async fn a_server_that_writes_half_pages_is_warned_of() {
    let Some(cluster) = Cluster::start(&[("full_page_writes", "off")]).unwrap() else {
        return;
    };
    let warned = warnings(&cluster.url("postgres")).await;
    assert!(warned.contains("full_page_writes = off"), "{warned}");
    assert!(!warned.contains("synchronous_commit"), "{warned}");
    let over_a_socket = warnings(&cluster.socket_url("postgres")).await;
    assert_eq!(over_a_socket, warned);
}

#[tokio::test]
async fn a_database_that_answers_too_early_is_warned_of() {
    let Some(database) = database().await else {
        return;
    };
    assert_eq!(warnings(database.url()).await, "");
    let name = database.name();
    let set = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    run(database.url(), &set).await;
    let warned = warnings(database.url()).await;
    assert!(warned.contains("synchronous_commit = off"), "{warned}");
    assert!(!warned.contains("full_page_writes"), "{warned}");
}

#[tokio::test]
async fn a_database_of_another_encoding_is_refused() {
    let Some(database) = database().await else {
        return;
    };
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let name = format!("{}_{}", database.name(), encoding.to_lowercase());
        let make =
            format!("CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        run(database.url(), &make).await;
        let error = PostgresStore::connect(&database.server().url(&name)).await;
        // First, since what follows may panic.
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        run(database.url(), &drop).await;
        let error = error.unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, StoreError::UnsafeSetting { .. }), "{said}");
        assert!(said.contains(encoding) && said.contains("UTF8"), "{said}");
    }
}

#[tokio::test]
async fn patience_may_be_of_any_length() {
    let Some(database) = database().await else {
        return;
    };
    for patience in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
        let builder = PostgresStore::builder(database.url()).unwrap();
        let store = builder.patience(patience).open().await;
        // Without any there may be no time to connect, but it is no fault of the server's either.
        match store {
            Ok(store) => store.close().await.unwrap(),
            Err(error) => {
                assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
                assert!(patience < Duration::from_secs(1));
            }
        }
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_no_matter_of_patience() {
    let Some(database) = database().await else {
        return;
    };
    let nowhere = database.server().url("no_such_database");
    let start = std::time::Instant::now();
    let error = PostgresStore::connect(&nowhere).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    assert!(start.elapsed().as_secs() < 5, "it was tried again");
}

/// The server of a replica answers in this way too.
#[tokio::test]
async fn a_database_that_only_reads_is_not_available() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    let set = async |to| {
        let name = database.name();
        let alter = format!("ALTER DATABASE {name} SET default_transaction_read_only = {to}");
        run(url, &format!("BEGIN READ WRITE; {alter}; COMMIT")).await;
    };
    set("on").await;
    let error = PostgresStore::connect(url).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");

    set("off").await;
    PostgresStore::connect(url).await.unwrap();
    set("on").await;
    let bank = bank_on(url).await;
    let sent = bank.send("alice", Deposit { cents: 1 }).await;
    assert!(
        matches!(sent, Err(SendError::Store(StoreError::Unavailable(_)))),
        "{sent:?}"
    );
    let loaded = bank.load::<Account>("alice").await;
    assert!(
        matches!(loaded, Err(LoadError::NotFound { .. })),
        "it reads"
    );

    set("off").await;
    // A connection that is there stays what it was, but not for a second command.
    drop(bank.send("alice", Deposit { cents: 1 }).await);
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
}

/// At whatever point of its start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_is_not_waited_for_for_ever() {
    let Some(database) = database().await else {
        return;
    };
    // Each message is counted when it comes, and waits long enough for the silence to begin behind it.
    let delay = Fault::Delay {
        to_server: Duration::from_millis(30),
        to_client: Duration::ZERO,
    };
    for messages in 1..=8 {
        let proxy = Proxy::start(database.server().address().unwrap())
            .await
            .unwrap();
        let builder = PostgresStore::builder(&proxy.url(database.url()).unwrap()).unwrap();
        proxy.arm(delay.clone()).await;
        let patience = Duration::from_millis(500);
        let opening = tokio::spawn(builder.patience(patience).open());
        proxy.until(|counts| counts.delayed >= messages).await;
        proxy.arm(Fault::Blackhole).await;
        let opened = tokio::time::timeout(patience * 20, opening).await;
        let opened = opened
            .unwrap_or_else(|_| panic!("after {messages} messages"))
            .unwrap();
        let error = opened.expect_err("it opened before it was silent");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}
