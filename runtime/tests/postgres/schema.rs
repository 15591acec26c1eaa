//! The tables, and who makes them.

use gesta::StoreError;
use gesta::store::{PostgresStore, Store};
use gesta_test_postgres::database;

use crate::account::commit;
use crate::sql::{number, run, texts, try_run, with};

/// All that the server knows of what is in the schema `bank`, and the two tables that are not empty.
const CATALOG: &str = "
    SELECT concat_ws('|', table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
        collation_name) FROM information_schema.columns WHERE table_schema = 'bank'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'bank'
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'bank'::regnamespace
    UNION ALL SELECT concat_ws('|', relname, relkind, relpersistence, reloptions) FROM pg_class
        WHERE relnamespace = 'bank'::regnamespace
    UNION ALL SELECT viewname || definition FROM pg_views WHERE schemaname = 'bank'
    UNION ALL SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'bank'::regnamespace
    UNION ALL SELECT concat_ws('|', step, checksum) FROM bank.gesta_schema
    UNION ALL SELECT concat_ws('|', one, position) FROM bank.gesta_counter
    ORDER BY 1";

#[tokio::test]
async fn the_printed_schema_is_the_one_that_is_made() {
    let (Some(made), Some(by_hand)) = (database().await, database().await) else {
        return;
    };
    let made = with(made.url(), "schema=bank");
    drop(PostgresStore::connect(&made).await.unwrap());
    let (url, address) = (by_hand.url(), with(by_hand.url(), "schema=bank"));
    let sql = PostgresStore::builder(&address).unwrap().schema_sql();
    let sql = sql.unwrap();
    run(url, &sql).await;
    let catalog = texts(url, CATALOG).await;
    assert!(catalog.len() > 40, "{catalog:#?}");
    let plain = made.replace("?schema=bank", "").replace("&schema=bank", "");
    assert_eq!(texts(&plain, CATALOG).await, catalog);

    // Open as it is, by a role that may make nothing.
    run(url, "REVOKE CREATE ON SCHEMA bank FROM PUBLIC").await;
    let store = PostgresStore::connect(&address).await.unwrap();
    store.append(&[commit("alice", 0, 1)]).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(
        number(url, "SELECT count(*) FROM bank.gesta_schema").await,
        2
    );

    // It is one transaction: a second time it fails, and changes nothing.
    try_run(url, &sql).await.unwrap_err();
    assert_eq!(crate::account::log(&address).await.len(), 1);
}

#[tokio::test]
async fn tables_of_another_program_are_refused() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    drop(PostgresStore::connect(url).await.unwrap());
    run(url, "INSERT INTO gesta_schema VALUES (3, 7)").await;
    let error = PostgresStore::connect(url).await.unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { found: 3, known: 2 }),
        "{error:?}"
    );
    run(url, "DELETE FROM gesta_schema WHERE step = 3").await;
    run(url, "UPDATE gesta_schema SET checksum = checksum + 1").await;
    let error = PostgresStore::connect(url).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
}

#[tokio::test]
async fn a_lock_on_the_schema_is_waited_for_only_so_long() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    let mut other = crate::sql::connect(url).await;
    let held =
        "BEGIN; CREATE TABLE gesta_schema (step bigint PRIMARY KEY, checksum bigint NOT NULL)";
    sqlx::raw_sql(held).execute(&mut other).await.unwrap();
    let builder = PostgresStore::builder(url).unwrap();
    let hasty = builder
        .clone()
        .patience(std::time::Duration::from_millis(100));
    let error = hasty.open().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    builder.open().await.unwrap();
}
