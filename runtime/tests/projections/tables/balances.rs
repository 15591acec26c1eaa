//! What the tests keep in tables.

use std::collections::HashMap;
use std::sync::Mutex;

use gesta::{
    Kind, On, OnError, Projection, ProjectionRoot, Recorded, Source, Sql, SqlError, SqlFuture,
    Subscriber, Subscriptions, TableHandler, Tables,
};
use sqlx::{AssertSqlSafe, Connection};

use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

/// What is wrong with the code.
pub const NOTHING: u8 = 0;
/// It fails now and then, in one way or another, but never more than twice at one event.
pub const RANDOM: u8 = 1;
/// It does not take 13.
pub const ERRS: u8 = 2;
pub const PANICS: u8 = 3;
/// It asks for the database that the store is not in.
pub const WRONG_DATABASE: u8 = 4;
/// It goes on after an error of the database.
pub const SWALLOWS: u8 = 5;
/// It commits.
pub const COMMITS: u8 = 6;
pub const ROLLS_BACK: u8 = 7;
/// It begins a transaction within the transaction, and gives it up.
pub const NESTS: u8 = 8;
/// It cannot be set up.
pub const NOT_SET_UP: u8 = 9;
pub const PARKS: u8 = 10;

/// The balance of each account, its events, and the position of the last.
pub struct Balances<const FLAW: u8 = NOTHING, const VERSION: u32 = 1>;

impl<const FLAW: u8, const VERSION: u32> Subscriber for Balances<FLAW, VERSION> {
    type Handler = TableHandler;
}

impl<const FLAW: u8, const VERSION: u32> ProjectionRoot for Balances<FLAW, VERSION> {
    const NAME: &'static str = "Balances";
    const VERSION: u32 = VERSION;
    const ON_ERROR: OnError = if FLAW == PARKS {
        OnError::Park
    } else {
        OnError::Stop
    };
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::tables()
    }
}

impl<const FLAW: u8, const VERSION: u32> Projection for Balances<FLAW, VERSION> {}

impl<const FLAW: u8, const VERSION: u32> Tables for Balances<FLAW, VERSION> {
    fn setup(sql: &mut Sql) -> SqlFuture<'_> {
        Box::pin(async move {
            let balances = sql.table("balances")?;
            let create = format!(
                "CREATE TABLE {balances} (account TEXT PRIMARY KEY, cents BIGINT NOT NULL,
                    events BIGINT NOT NULL, last BIGINT NOT NULL)"
            );
            execute(sql, create).await?;
            match FLAW {
                NOT_SET_UP => Err("no table".into()),
                _ => Ok(()),
            }
        })
    }

    fn teardown(sql: &mut Sql) -> SqlFuture<'_> {
        Box::pin(async move {
            let drop = format!("DROP TABLE {}", sql.table("balances")?);
            execute(sql, drop).await
        })
    }
}

impl<const FLAW: u8, const VERSION: u32> On<AccountOpened> for Balances<FLAW, VERSION> {
    fn handler() -> TableHandler {
        TableHandler::on(|_: &AccountOpened, recorded, sql| Box::pin(add(recorded, 0, sql)))
    }
}

impl<const FLAW: u8, const VERSION: u32> On<Deposited> for Balances<FLAW, VERSION> {
    fn handler() -> TableHandler {
        TableHandler::on(|event: &Deposited, recorded, sql| {
            Box::pin(async move {
                add(recorded, event.cents.try_into()?, sql).await?;
                let flaw = match FLAW {
                    RANDOM => random(recorded),
                    _ if event.cents == 13 => FLAW,
                    _ => NOTHING,
                };
                fail(flaw, recorded, sql).await
            })
        })
    }
}

impl<const FLAW: u8, const VERSION: u32> On<AccountClosed> for Balances<FLAW, VERSION> {
    fn handler() -> TableHandler {
        TableHandler::ignore()
    }
}

async fn fail(flaw: u8, recorded: &Recorded, sql: &mut Sql) -> Result<(), SqlError> {
    match flaw {
        ERRS => Err("thirteen".into()),
        PANICS => panic!("thirteen"),
        WRONG_DATABASE if sql.sqlite().is_ok() => Ok(sql.postgres().map(|_| ())?),
        WRONG_DATABASE => Ok(sql.sqlite().map(|_| ())?),
        SWALLOWS => {
            let _ = execute(sql, "SELECT * FROM nowhere".to_owned()).await;
            Ok(())
        }
        COMMITS => execute(sql, "COMMIT".to_owned()).await,
        ROLLS_BACK => execute(sql, "ROLLBACK".to_owned()).await,
        NESTS => nest(recorded, sql).await,
        _ => Ok(()),
    }
}

async fn nest(recorded: &Recorded, sql: &mut Sql) -> Result<(), SqlError> {
    let balances = sql.table("balances")?;
    let account = recorded.stream.id();
    let change = format!("UPDATE {balances} SET cents = 0 WHERE account = '{account}'");
    if let Ok(connection) = sql.sqlite() {
        let mut nested = connection.begin().await?;
        sqlx::query(AssertSqlSafe(change))
            .execute(&mut *nested)
            .await?;
        nested.rollback().await?;
        connection.begin().await?.commit().await?;
    } else {
        let connection = sql.postgres()?;
        let mut nested = connection.begin().await?;
        sqlx::query(AssertSqlSafe(change))
            .execute(&mut *nested)
            .await?;
        nested.rollback().await?;
        connection.begin().await?.commit().await?;
    }
    Ok(())
}

async fn add(recorded: &Recorded, cents: i64, sql: &mut Sql) -> Result<(), SqlError> {
    let balances = sql.table("balances")?;
    let (account, position) = (recorded.stream.id(), recorded.position);
    execute(
        sql,
        format!(
            "INSERT INTO {balances} AS b VALUES ('{account}', {cents}, 1, {position})
            ON CONFLICT (account) DO UPDATE
            SET cents = b.cents + excluded.cents, events = b.events + 1, last = excluded.last"
        ),
    )
    .await
}

pub async fn execute(sql: &mut Sql, text: String) -> Result<(), SqlError> {
    let query = AssertSqlSafe(text);
    if let Ok(connection) = sql.sqlite() {
        sqlx::query(query).execute(connection).await?;
    } else {
        sqlx::query(query).execute(sql.postgres()?).await?;
    }
    Ok(())
}

/// What goes wrong this time, by the number of the try.
fn random(recorded: &Recorded) -> u8 {
    static TRIES: Mutex<Option<HashMap<uuid::Uuid, u64>>> = Mutex::new(None);
    let mut tries = TRIES.lock().unwrap();
    let tries = tries
        .get_or_insert_default()
        .entry(recorded.meta.command_id)
        .or_default();
    *tries += 1;
    let seed = recorded
        .position
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(23)
        ^ *tries;
    match (*tries, seed % 3) {
        (1 | 2, 0) => {
            [ERRS, PANICS, WRONG_DATABASE, ROLLS_BACK][usize::try_from(seed / 3 % 4).unwrap()]
        }
        _ => NOTHING,
    }
}
