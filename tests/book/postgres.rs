use std::error::Error;
use std::time::Duration;

use gesta::store::PostgresStore;
use gesta::{App, Committed, SendError, StoreError, Uuid};
use gesta_test_postgres::{Database, database};
use sqlx::{Connection, PgConnection, PgPool, Row, SqliteConnection};

use crate::account::*;
use crate::statement::*;

const QUERIES: &str = include_str!("../../book/src/postgres/queries.sql");

fn section(name: &str) -> &'static str {
    let begins = format!("-- ANCHOR: {name}\n");
    let (_, text) = QUERIES.split_once(&begins).expect("a section");
    text.split_once("-- ANCHOR_END").expect("its end").0
}

async fn bank(database: &Database) -> Result<App, Box<dyn Error>> {
    let bank = App::builder()
        .store(database.url())
        .aggregate::<Account>()
        .start()
        .await?;
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    bank.send("alice", Deposit { cents: 500 }).await?;
    Ok(bank)
}

#[tokio::test]
async fn a_pool_is_taken_too() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let url = database.url();
    // ANCHOR: pool
    let pool = PgPool::connect(url).await?;
    let bank = App::builder()
        .store(pool.clone())
        .aggregate::<Account>()
        .start()
        .await?;
    // ANCHOR_END: pool
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    bank.shutdown().await?;
    assert!(!pool.is_closed());
    pool.close().await;
    Ok(())
}

#[tokio::test]
async fn a_builder_says_more_than_an_address() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let pool = PgPool::connect(database.url()).await?;
    // ANCHOR: builder
    let store = PostgresStore::builder(database.url())?
        .schema("bank")
        .table_prefix("accounts_")
        .patience(Duration::from_secs(5))
        .readers(8);
    let bank = App::builder()
        .store(store)
        .aggregate::<Account>()
        .start()
        .await?;
    // ANCHOR_END: builder
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    let count = sqlx::query("SELECT count(*) FROM bank.accounts_events");
    assert_eq!(count.fetch_one(&pool).await?.get::<i64, _>(0), 1);
    bank.shutdown().await?;
    Ok(())
}

#[test]
fn the_schema_is_printed() -> Result<(), StoreError> {
    // ANCHOR: schema
    // No server is asked.
    let store = PostgresStore::builder("postgres://localhost/bank?schema=bank")?;
    println!("{}", store.schema_sql()?);
    // ANCHOR_END: schema
    assert!(
        store
            .schema_sql()?
            .contains("CREATE TABLE \"bank\".\"gesta_events\"")
    );
    Ok(())
}

// ANCHOR: within
/// Marks an invoice as paid, and takes the money: both, or neither.
async fn pay(bank: &App, pool: &PgPool, invoice: i64) -> Result<Committed, Box<dyn Error>> {
    let mut transaction = pool.begin().await?;
    let row =
        sqlx::query("UPDATE invoices SET paid = true WHERE id = $1 AND NOT paid RETURNING cents")
            .bind(invoice)
            .fetch_one(&mut *transaction)
            .await?;
    let cents = row.get::<i64, _>(0).unsigned_abs();

    let done = bank
        .send("alice", Withdraw { cents })
        .within(&mut transaction)
        .await?;
    transaction.commit().await?;
    Ok(done)
}
// ANCHOR_END: within

#[tokio::test]
async fn an_invoice_is_paid_or_not() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let (bank, pool) = (
        bank(&database).await?,
        PgPool::connect(database.url()).await?,
    );
    for sql in [
        "CREATE TABLE invoices (id bigint PRIMARY KEY, cents bigint NOT NULL, paid bool NOT NULL)",
        "INSERT INTO invoices VALUES (7, 400, false), (8, 400, false)",
    ] {
        sqlx::query(sql).execute(&pool).await?;
    }
    assert_eq!(pay(&bank, &pool, 7).await?.version, 3);
    assert!(pay(&bank, &pool, 7).await.is_err(), "it is paid");
    assert!(pay(&bank, &pool, 8).await.is_err(), "there is no money");
    let paid = sqlx::query("SELECT array_agg(id) FROM invoices WHERE paid");
    assert_eq!(paid.fetch_one(&pool).await?.get::<Vec<i64>, _>(0), [7]);
    bank.shutdown().await?;
    Ok(())
}

// ANCHOR: outage
/// Sends the command until the store has told what became of it.
async fn deposit(bank: &App, id: &str, cents: u64) -> Result<Committed, SendError<Refused>> {
    let command_id = Uuid::now_v7();
    loop {
        let sent = bank
            .send(id, Deposit { cents })
            .command_id(command_id)
            .await;
        match sent {
            Err(
                SendError::OutcomeUnknown { .. }
                | SendError::Overloaded
                | SendError::Store(StoreError::Unavailable(_))
                | SendError::Load(gesta::LoadError::Store(StoreError::Unavailable(_))),
            ) => tokio::time::sleep(Duration::from_secs(1)).await,
            answer => return answer,
        }
    }
}
// ANCHOR_END: outage

#[tokio::test]
async fn sending_again_ends() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let bank = bank(&database).await?;
    assert_eq!(deposit(&bank, "alice", 1).await?.version, 3);
    assert!(deposit(&bank, "bob", 1).await.is_err());
    bank.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn the_queries_of_the_book_are_answered() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let bank = bank(&database).await?;
    let mut connection = PgConnection::connect(database.url()).await?;
    let mut answers = Vec::new();
    let queries = section("position")
        .split(';')
        .chain(section("look").split(';'));
    for query in queries.filter(|text| text.contains("SELECT")) {
        let rows = sqlx::query(query).fetch_all(&mut connection).await?;
        assert!(!rows.is_empty(), "no answer to {query}");
        answers.push(rows);
    }
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0][0].get::<i64, _>("position"), 2);
    assert_eq!(answers[1][0].get::<String, _>("name"), "Deposited");
    assert_eq!(answers[2][0].get::<String, _>("stream"), "Account/alice");
    assert_eq!(answers[2][0].get::<i64, _>("events"), 2);
    bank.shutdown().await?;
    Ok(())
}

/// Opens the bank with its statements, which show Alice's deposit.
async fn with_statements(address: &str) -> Result<App, Box<dyn Error>> {
    let bank = App::builder()
        .store(address)
        .aggregate::<Account>()
        .projection::<Statement>()
        .start()
        .await?;
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    let deposit = bank.send("alice", Deposit { cents: 500 });
    assert!(deposit.wait_for::<Statement>().await?.visible);
    Ok(bank)
}

#[tokio::test]
async fn documents_are_rows_in_postgres() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let bank = with_statements(database.url()).await?;
    let mut connection = PgConnection::connect(database.url()).await?;
    let (positions, documents) = section("read_models").split_once(';').unwrap();
    let row = sqlx::query(positions).fetch_one(&mut connection).await?;
    assert_eq!(row.get::<i64, _>("position"), 2);
    let row = sqlx::query(documents).fetch_one(&mut connection).await?;
    assert_eq!(row.get::<&str, _>("balance"), "500");
    bank.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn documents_are_rows_in_sqlite() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let address = format!("sqlite:{}", folder.path().join("bank.db").display());
    with_statements(&address).await?.shutdown().await?;
    let mut connection = SqliteConnection::connect(&address).await?;
    let (positions, documents) = section("read_models").split_once(';').unwrap();
    let row = sqlx::query(positions).fetch_one(&mut connection).await?;
    assert_eq!(row.get::<i64, _>("position"), 2);
    let row = sqlx::query(documents).fetch_one(&mut connection).await?;
    assert_eq!(row.get::<i64, _>("balance"), 500);
    connection.close().await?;
    Ok(())
}

#[tokio::test]
async fn whoever_holds_the_counter_is_found() -> Result<(), Box<dyn Error>> {
    let Some(database) = database().await else {
        return Ok(());
    };
    let bank = bank(&database).await?;
    let mut connection = PgConnection::connect(database.url()).await?;
    let mut transaction = connection.begin().await?;
    let held = bank.send("alice", Deposit { cents: 1 });
    held.within(&mut transaction).await?;
    let waits = tokio::spawn(bank.send("alice", Deposit { cents: 1 }).into_future());
    let mut other = PgConnection::connect(database.url()).await?;
    let found = loop {
        let rows = sqlx::query(section("waiting"))
            .fetch_all(&mut other)
            .await?;
        if let Some(row) = rows.first() {
            break row.get::<String, _>("state");
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(found, "idle in transaction");
    transaction.commit().await?;
    assert_eq!(waits.await??.version, 4);
    bank.shutdown().await?;
    Ok(())
}
