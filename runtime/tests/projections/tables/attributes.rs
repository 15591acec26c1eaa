//! A projection of tables that the attributes write.

use gesta::ProjectionState;
use gesta::prelude::*;

use super::balances::execute;
use super::place::{Place, until};
use super::{deposit, open, settled};
use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

/// What came in to each account, and where last.
#[projection(sql, of(Account), ignore(AccountClosed))]
struct Deposits;

#[projection]
impl Deposits {
    #[setup]
    async fn create(sql: &mut Sql) -> Result<(), SqlError> {
        let deposits = sql.table("deposits")?;
        let columns = "account TEXT PRIMARY KEY, cents BIGINT NOT NULL, last BIGINT NOT NULL";
        execute(sql, format!("CREATE TABLE {deposits} ({columns})")).await
    }

    #[teardown]
    async fn drop(sql: &mut Sql) -> Result<(), SqlError> {
        execute(sql, format!("DROP TABLE {}", sql.table("deposits")?)).await
    }

    #[on]
    async fn opened(event: &AccountOpened, sql: &mut Sql) -> Result<(), SqlError> {
        let (deposits, account) = (sql.table("deposits")?, &event.owner);
        execute(
            sql,
            format!("INSERT INTO {deposits} VALUES ('{account}', 0, 0)"),
        )
        .await
    }

    #[on]
    async fn deposited(
        event: &Deposited,
        recorded: &Recorded,
        sql: &mut Sql,
    ) -> Result<(), SqlError> {
        let (deposits, account) = (sql.table("deposits")?, recorded.stream.id());
        let (cents, position) = (event.cents, recorded.position);
        let set = format!("SET cents = cents + {cents}, last = {position}");
        execute(
            sql,
            format!("UPDATE {deposits} {set} WHERE account = '{account}'"),
        )
        .await
    }
}

on_each_store! {
    tables_are_written_and_replaced
}

async fn tables_are_written_and_replaced(place: Place) {
    let bank = place.start::<Deposits>().await;
    open(&bank, "a").await;
    deposit(&bank, "a", 5).await;
    let last = i64::try_from(deposit(&bank, "a", 7).await).unwrap();
    settled(&bank).await;
    let first = bank.table::<Deposits>("deposits").await.unwrap();
    let rows = |table: &str| place.numbers(format!("SELECT cents, last FROM {table}"));
    assert_eq!(rows(&first).await.unwrap(), [[12, last]]);
    let generation = bank.projection::<Deposits>().rebuild().await.unwrap();
    until(&bank, |all| {
        matches!(all, [one] if one.generation == generation && one.state == ProjectionState::Ready)
    })
    .await;
    let second = bank.table::<Deposits>("deposits").await.unwrap();
    assert_eq!(rows(&second).await.unwrap(), [[12, last]]);
    assert!(!place.has_table(&first).await);
    bank.shutdown().await.unwrap();
}
