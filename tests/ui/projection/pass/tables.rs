#![deny(warnings, missing_docs)]
//! Tables of the user's own, with every shape that a method may have.

use gesta::{OnError, Projection, ProjectionRoot, Subscriptions, Tables, prelude::*};
use sqlx::AssertSqlSafe;

/// An account began.
#[event]
pub struct AccountOpened {
    /// Whose it is.
    pub owner: String,
}

/// Money came in.
#[event]
pub struct Deposited {
    /// How much.
    pub cents: i64,
}

/// Money went out.
#[event]
pub struct Withdrawn {
    /// How much.
    pub cents: i64,
}

/// Where money is.
#[aggregate]
#[derive(Default)]
pub struct Account;

#[aggregate]
impl Account {
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

/// What is in each account.
#[projection(sql, of(Account), ignore(Withdrawn), on_error = stop)]
pub struct Balances;

#[projection]
impl Balances {
    #[setup]
    async fn make(sql: &mut Sql) -> Result<(), SqlError> {
        let balances = sql.table("balances")?;
        let create = format!("CREATE TABLE {balances} (account TEXT PRIMARY KEY, cents INTEGER)");
        Self::execute(sql, create).await?;
        Ok(())
    }

    #[teardown]
    async fn teardown(sql: &mut Sql) -> Result<(), SqlError> {
        let balances = sql.table("balances")?;
        Ok(Self::execute(sql, format!("DROP TABLE {balances}")).await?)
    }

    #[on]
    async fn opened(_: &AccountOpened, _: &mut gesta::Sql) -> Result<(), sqlx::Error> {
        Ok(())
    }

    #[on]
    async fn deposited(
        &Deposited { cents }: &Deposited,
        recorded: &Recorded,
        sql: &mut Sql,
    ) -> Result<(), SqlError> {
        let add = format!("INSERT INTO {} VALUES (?, ?)", sql.table("balances")?);
        let add = sqlx::query(AssertSqlSafe(add));
        let add = add.bind(recorded.stream.id()).bind(cents);
        add.execute(sql.sqlite()?).await?;
        Ok(())
    }

    async fn execute(sql: &mut Sql, text: String) -> Result<(), SqlError> {
        sqlx::query(AssertSqlSafe(text)).execute(sql.sqlite()?).await?;
        Ok(())
    }
}

/// Without hooks, and with a method that only a feature brings.
#[projection(sql, of(Deposited), name = "counts", version = 2)]
struct Counts;

#[projection]
impl Counts {
    #[setup]
    #[cfg(any())]
    async fn setup(sql: &mut Sql) {}

    #[on]
    async fn deposited(event: &Deposited, _: &mut Sql) -> Result<(), Negative> {
        if event.cents < 0 { Err(Negative) } else { Ok(()) }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("less than nothing came in")]
struct Negative;

fn tables<P: Tables>() -> (&'static str, u32, OnError) {
    P::subscribe(&mut Subscriptions::default());
    (P::NAME, P::VERSION, P::ON_ERROR)
}

fn main() {
    assert_eq!(tables::<Balances>(), ("Balances", 1, OnError::Stop));
    assert_eq!(tables::<Counts>(), ("counts", 2, OnError::Stop));
    assert_ne!(Balances::FINGERPRINT, 0);
    assert_ne!(Balances::HANDLERS_FINGERPRINT, Counts::HANDLERS_FINGERPRINT);
}
