//! Servers whose commits wait for a standby.

use std::time::Duration;

use gesta::SendError;
use gesta::store::PostgresStore;
use gesta_test_postgres::Cluster;

use crate::account::{Deposit, balance, bank_on};
use crate::sql::{connect, number, run, with};

/// Whether a commit waits for a standby that is not there.
async fn waits(url: &str) -> bool {
    let mut connection = connect(url).await;
    let commit = sqlx::raw_sql("SELECT pg_logical_emit_message(true, 'test', '')");
    let commit = commit.execute(&mut connection);
    tokio::time::timeout(Duration::from_millis(200), commit)
        .await
        .is_err()
}

async fn set_standbys(url: &str, names: &str) {
    let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'");
    run(url, &set).await;
    run(url, "SELECT pg_reload_conf()").await;
    while waits(url).await == names.is_empty() {}
}

/// To end the process that waits makes its commit seen, and no more than that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_no_standby_has_is_not_answered_as_done() {
    let Some(cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let url = cluster.url("postgres");
    let builder = PostgresStore::builder(&with(&url, "application_name=ours")).unwrap();
    let bank = bank_on(builder.patience(Duration::from_secs(1))).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();

    set_standbys(&url, "away").await;
    let sent = bank.send("alice", Deposit { cents: 1 }).await;
    let Err(SendError::OutcomeUnknown { command_id }) = sent else {
        panic!("{sent:?}");
    };
    let retried = bank.send("alice", Deposit { cents: 1 });
    let retried = retried.command_id(command_id).await;
    assert!(retried.is_err(), "{retried:?}");
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'ours' AND wait_event = 'SyncRep'";
    assert!(number(&url, waiting).await <= 1, "each try leaves one");

    set_standbys(&url, "").await;
    let retried = bank.send("alice", Deposit { cents: 1 });
    let retried = retried.command_id(command_id).await.unwrap();
    assert!(retried.duplicate, "{retried:?}");
    assert_eq!(balance(&bank, "alice").await, 2);
}
