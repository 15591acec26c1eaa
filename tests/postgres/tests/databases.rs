//! Each test has a database of its own.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

use gesta_test_postgres::{Cluster, database};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, query, query_scalar};

async fn connect(url: &str) -> PgConnection {
    url.parse::<PgConnectOptions>()
        .unwrap()
        .connect()
        .await
        .unwrap()
}

async fn exists(connection: &mut PgConnection, database: &str) -> bool {
    query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(database)
        .fetch_one(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn databases_know_nothing_of_each_other() {
    let (Some(one), Some(other)) = tokio::join!(database(), database()) else {
        return;
    };
    assert_ne!(one.url(), other.url());
    for database in [&one, &other] {
        let mut connection = connect(database.url()).await;
        query("CREATE TABLE notes ()")
            .execute(&mut connection)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_database_is_gone_when_its_test_is_over() {
    let (Some(one), Some(other)) = tokio::join!(database(), database()) else {
        return;
    };
    let mut elsewhere = connect(other.url()).await;
    let name = one.name().to_owned();
    assert!(exists(&mut elsewhere, &name).await);
    // Dropped all the same.
    let _still_connected = connect(one.url()).await;
    drop(one);
    assert!(!exists(&mut elsewhere, &name).await);
}

#[tokio::test]
async fn what_makes_a_commit_durable_is_on() {
    let Some(database) = database().await else {
        return;
    };
    let mut connection = connect(database.url()).await;
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String = query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(value, "on", "{setting}");
    }
}

#[tokio::test]
async fn a_setting_of_the_test_has_the_last_word() {
    let Some(cluster) = Cluster::start(&[("fsync", "off"), ("max_connections", "7")]).unwrap()
    else {
        return;
    };
    let url = cluster.create_database("it's \"mine\"").await;
    assert!(url.is_ok());
    let mut connection = connect(&cluster.socket_url("postgres")).await;
    let settings: (String, String, bool) = sqlx::query_as(
        "SELECT current_setting('fsync'), current_setting('max_connections'), inet_client_addr() IS NULL",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(settings, ("off".to_owned(), "7".to_owned(), true));
}
