//! Projections that are kept in tables of the user's own.

mod folder;
mod guard;

use crate::event::{Event, EventObject, Recorded};
use crate::source::Subscriber;
use crate::store::tables::{Sql, SqlFuture};

pub(super) use folder::TableFolder;
use guard::{caught, to_end};

use super::Projection;

/// A projection of tables: its handlers write what they like, in the transaction that moves its position.
///
/// Each event takes effect once: what handlers write is there with the position behind their events, or not at all. They
/// run one after another, in the order of the log; many may share a transaction. A handler that errs or panics, or takes
/// longer than ten seconds, takes the transaction back; it is tried again, and then the projection stops at its event.
///
/// A handler does nothing but write: on SQLite commands wait for it, and whatever it does elsewhere is done again
/// when it is tried again. It needs the crate `sqlx` in the version that Gesta uses.
///
/// Its [`Subscriber::Handler`] is a [`TableHandler`].
///
/// `#[projection(sql, of(..))]` on the struct and `#[projection]` on the impl block implement it, with `#[setup]` and
/// `#[teardown]`. By hand:
///
/// ```
/// # use gesta::{prelude::*, *};
/// # #[event] pub struct Deposited { pub cents: i64 }
/// struct Balances;
///
/// impl Subscriber for Balances { type Handler = TableHandler; }
///
/// impl ProjectionRoot for Balances {
///     const NAME: &'static str = "Balances";
///     fn subscribe(to: &mut Subscriptions<Self>) { to.event::<Deposited>() }
///     fn kind() -> Kind<Self> { Kind::tables() }
/// }
///
/// impl Projection for Balances {}
///
/// impl Tables for Balances {
///     fn setup(sql: &mut Sql) -> SqlFuture<'_> {
///         Box::pin(async move {
///             let balances = sql.table("balances")?;
///             let create = format!("CREATE TABLE {balances} (account TEXT PRIMARY KEY, cents INTEGER NOT NULL)");
///             sqlx::query(sqlx::AssertSqlSafe(create)).execute(sql.sqlite()?).await?;
///             Ok(())
///         })
///     }
///
///     fn teardown(sql: &mut Sql) -> SqlFuture<'_> {
///         Box::pin(async move {
///             let drop = format!("DROP TABLE {}", sql.table("balances")?);
///             sqlx::query(sqlx::AssertSqlSafe(drop)).execute(sql.sqlite()?).await?;
///             Ok(())
///         })
///     }
/// }
///
/// impl On<Deposited> for Balances {
///     fn handler() -> TableHandler {
///         TableHandler::on(|event: &Deposited, recorded, sql| Box::pin(async move {
///             let add = format!(
///                 "INSERT INTO {} VALUES (?, ?) ON CONFLICT DO UPDATE SET cents = cents + excluded.cents",
///                 sql.table("balances")?
///             );
///             let add = sqlx::query(sqlx::AssertSqlSafe(add)).bind(recorded.stream.id()).bind(event.cents);
///             add.execute(sql.sqlite()?).await?;
///             Ok(())
///         }))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the `#[projection] impl` block of `{Self}` does not write tables",
    label = "no method writes tables",
    note = "write `#[on] async fn name(event: &E, sql: &mut Sql)` in it, or leave out `sql`"
)]
pub trait Tables: Projection {
    /// Makes the tables, once for each generation, in the transaction of its first events.
    ///
    /// # Errors
    /// Why they are not made. It is tried again, and then the projection stops.
    fn setup(sql: &mut Sql) -> SqlFuture<'_> {
        let _ = sql;
        Box::pin(async { Ok(()) })
    }

    /// Deletes the tables of a generation that has been replaced, at the earliest the time of a lease later.
    ///
    /// Today's code does it for generations of older versions too: let it delete what those had as well, with
    /// `DROP TABLE IF EXISTS`. Nobody does it for a projection that is registered no more, or is kept as documents now.
    ///
    /// # Errors
    /// Why they are not deleted. It is tried again for as long as the app runs.
    fn teardown(sql: &mut Sql) -> SqlFuture<'_> {
        let _ = sql;
        Box::pin(async { Ok(()) })
    }
}

/// What is kept in tables indeed: both halves say so.
pub(super) trait Tabled: Tables + Subscriber<Handler = TableHandler> {}

impl<P: Tables + Subscriber<Handler = TableHandler>> Tabled for P {}

type Run =
    dyn for<'a> Fn(&'a dyn EventObject, &'a Recorded, &'a mut Sql) -> SqlFuture<'a> + Send + Sync;

/// Without a limit of time: it holds nobody up but those who fold.
pub(super) fn teardown<P: Tables>(sql: &mut Sql) -> SqlFuture<'_> {
    Box::pin(async move { to_end(caught(|| P::teardown(sql))?).await })
}

/// How a projection of tables takes one type of event.
pub struct TableHandler {
    /// `None` if the event is ignored.
    pub(super) run: Option<Box<Run>>,
}

impl TableHandler {
    /// Writes what follows from the event.
    pub fn on<E: Event>(
        run: impl for<'a> Fn(&'a E, &'a Recorded, &'a mut Sql) -> SqlFuture<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            run: Some(Box::new(move |event, recorded, sql| {
                match event.as_any().downcast_ref() {
                    Some(event) => run(event, recorded, sql),
                    None => Box::pin(async { Err("the handler is of another event".into()) }),
                }
            })),
        }
    }

    /// Does nothing with the event.
    #[must_use]
    pub fn ignore() -> Self {
        Self { run: None }
    }
}
