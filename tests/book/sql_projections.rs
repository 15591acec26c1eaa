use std::error::Error;
use std::time::Duration;

use gesta::prelude::*;
use sqlx::AssertSqlSafe;

use crate::account::*;

// ANCHOR: balances
#[projection(sql, of(Account), ignore(AccountOpened))]
pub struct Balances;

#[projection]
impl Balances {
    #[setup]
    async fn setup(sql: &mut Sql) -> Result<(), SqlError> {
        let balances = sql.table("balances")?;
        let create =
            format!("CREATE TABLE {balances} (account TEXT PRIMARY KEY, cents BIGINT NOT NULL)");
        sqlx::query(AssertSqlSafe(create))
            .execute(sql.sqlite()?)
            .await?;
        Ok(())
    }

    #[teardown]
    async fn teardown(sql: &mut Sql) -> Result<(), SqlError> {
        let drop = format!("DROP TABLE IF EXISTS {}", sql.table("balances")?);
        sqlx::query(AssertSqlSafe(drop))
            .execute(sql.sqlite()?)
            .await?;
        Ok(())
    }

    #[on]
    async fn deposited(
        event: &Deposited,
        recorded: &Recorded,
        sql: &mut Sql,
    ) -> Result<(), SqlError> {
        Self::add(recorded.stream.id(), i64::try_from(event.cents)?, sql).await
    }

    #[on]
    async fn withdrawn(
        event: &Withdrawn,
        recorded: &Recorded,
        sql: &mut Sql,
    ) -> Result<(), SqlError> {
        Self::add(recorded.stream.id(), -i64::try_from(event.cents)?, sql).await
    }

    async fn add(account: &str, cents: i64, sql: &mut Sql) -> Result<(), SqlError> {
        let add = format!(
            "INSERT INTO {} AS b VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET cents = b.cents + excluded.cents",
            sql.table("balances")?
        );
        let add = sqlx::query(AssertSqlSafe(add)).bind(account).bind(cents);
        add.execute(sql.sqlite()?).await?;
        Ok(())
    }
}
// ANCHOR_END: balances

#[tokio::test]
async fn a_table_has_the_sum_of_all() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bank.db");
    let bank = App::builder()
        .store(format!("sqlite:{}", path.display()))
        .aggregate::<Account>()
        .projection::<Balances>()
        .start()
        .await?;
    bank.send(
        "alice",
        Open {
            owner: "Alice".into(),
        },
    )
    .await?;
    bank.send("alice", Deposit { cents: 500 }).await?;
    assert!(
        bank.wait(bank.position().await?, Duration::from_secs(60))
            .await
    );
    let reader = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await?;
    // ANCHOR: ask
    let balances = bank.table::<Balances>("balances").await?;
    let sum = format!("SELECT sum(cents) FROM {balances}");
    // ANCHOR_END: ask
    let sum: i64 = sqlx::query_scalar(AssertSqlSafe(sum))
        .fetch_one(&reader)
        .await?;
    assert_eq!(sum, 500);
    reader.close().await;
    bank.shutdown().await?;
    Ok(())
}
