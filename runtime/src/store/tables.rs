//! The part of a store that keeps tables of the user's own.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

use super::StoreError;

/// What PostgreSQL takes of a name without cutting it off is 63 bytes; the number of a generation needs up to 21 of them.
const MAX_NAME: usize = 40;
/// What stands in place of [`indexes`](super::views::Declaration::indexes) for a projection that is kept in tables.
pub(crate) const TABLES: &str = "(tables)";

/// Why a handler of a projection of tables did not do what it should.
pub type SqlError = Box<dyn Error + Send + Sync>;
/// What a handler of a projection of tables returns.
pub type SqlFuture<'a> = Pin<Box<dyn Future<Output = Result<(), SqlError>> + Send + 'a>>;
/// What the methods of a [`TableStore`] return.
pub type TableFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TableError>> + Send + 'a>>;

/// Tables of the user's own, in the database of the log, written in the transactions that move the position of a
/// generation.
///
/// Of one store the transactions may come one after another, so each should be short.
pub trait TableStore: Send + Sync {
    /// Lets `work` write in a transaction, moves the generation to the position that it gives, and commits. `None`, and
    /// nothing is run, if the token or the position is not that of the turn any more, or the generation is gone or dropped.
    ///
    /// Nobody else writes tables of this generation meanwhile.
    ///
    /// # Errors
    /// [`TableError::Work`] for what `work` says: all of the transaction is rolled back. [`TableError::Store`] with
    /// [`StoreError::Failed`] also if the database does not commit what was written, or the work has ended the transaction.
    fn write<'a>(
        &'a self,
        turn: TableTurn,
        work: &'a mut dyn TableWork,
    ) -> TableFuture<'a, Option<u64>>;

    /// Lets `teardown` delete the tables of a dropped generation, in a transaction. Does nothing if there are none, because
    /// they are deleted by now or were never set up, and if the generation is not dropped.
    ///
    /// # Errors
    /// [`TableError::Work`] for what `teardown` says: the tables are as before.
    fn tear_down(&self, generation: u64, teardown: Teardown) -> TableFuture<'_, ()>;
}

/// Deletes the tables of a generation.
pub type Teardown = for<'a> fn(&'a mut Sql) -> SqlFuture<'a>;

/// Who writes tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableTurn {
    /// The generation.
    pub generation: u64,
    /// The token that it was claimed with.
    pub token: u64,
    /// The position that it has.
    pub position: u64,
}

/// What is done in a transaction.
pub trait TableWork: Send {
    /// Writes, and gives the position that the generation has afterwards. Its tables are yet to be made if `is_new`.
    fn run<'a>(
        &'a mut self,
        sql: &'a mut Sql,
        is_new: bool,
    ) -> Pin<Box<dyn Future<Output = Result<u64, SqlError>> + Send + 'a>>;
}

/// Deletes tables, and what is left has no position.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) struct Burial(pub(super) Teardown);

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl TableWork for Burial {
    fn run<'a>(
        &'a mut self,
        sql: &'a mut Sql,
        _: bool,
    ) -> Pin<Box<dyn Future<Output = Result<u64, SqlError>> + Send + 'a>> {
        let torn = (self.0)(sql);
        Box::pin(async move { torn.await.map(|()| 0) })
    }
}

/// Why tables were not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// The store does not do it. See the cause.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was to be done said so. Mend it; a later try may meet the same again.
    #[error(transparent)]
    Work(SqlError),
}

/// The transaction of the store, for the handlers of a [projection of tables](crate::Tables).
///
/// What is written on its connection becomes durable with the position of the projection, or not at all. Begin
/// transactions within it with [`sqlx::Connection::begin`], never with `BEGIN`, and never end it: a `COMMIT` or `ROLLBACK`
/// of the handler's own is an error, and after a `COMMIT` on PostgreSQL the tables must be rebuilt.
pub struct Sql {
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    connection: SqlConnection,
    generation: u64,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) enum SqlConnection {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
}

impl Sql {
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn new(connection: SqlConnection, generation: u64) -> Self {
        Self {
            connection,
            generation,
        }
    }

    /// The connection, if the store is an SQLite file.
    ///
    /// # Errors
    /// [`WrongDatabase`] if it is not.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(&mut self) -> Result<&mut sqlx::SqliteConnection, WrongDatabase> {
        match &mut self.connection {
            SqlConnection::Sqlite(connection) => Ok(connection),
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(_) => Err(WrongDatabase("SQLite")),
        }
    }

    #[cfg(feature = "sqlite")]
    pub(super) fn into_sqlite(self) -> Option<sqlx::SqliteConnection> {
        match self.connection {
            SqlConnection::Sqlite(connection) => Some(connection),
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(_) => None,
        }
    }

    #[cfg(feature = "postgres")]
    pub(super) fn into_postgres(self) -> Option<sqlx::PgConnection> {
        match self.connection {
            SqlConnection::Postgres(connection) => Some(connection),
            #[cfg(feature = "sqlite")]
            SqlConnection::Sqlite(_) => None,
        }
    }

    /// The connection, if the store is in a PostgreSQL database.
    ///
    /// # Errors
    /// [`WrongDatabase`] if it is not.
    #[cfg(feature = "postgres")]
    pub fn postgres(&mut self) -> Result<&mut sqlx::PgConnection, WrongDatabase> {
        match &mut self.connection {
            SqlConnection::Postgres(connection) => Ok(connection),
            #[cfg(feature = "sqlite")]
            SqlConnection::Sqlite(_) => Err(WrongDatabase("PostgreSQL")),
        }
    }

    /// What a table is called in the generation that is written: `balances_7` for `balances`.
    ///
    /// Each rebuild, and each version of the projection, has tables of its own. The name needs no quotes.
    ///
    /// # Errors
    /// [`InvalidTable`] unless it is 1 to 40 of the characters a to z, 0 to 9 and `_`, a digit not first.
    pub fn table(&self, name: &str) -> Result<String, InvalidTable> {
        table(name, self.generation)
    }
}

/// What a table of a generation is called.
pub(crate) fn table(name: &str, generation: u64) -> Result<String, InvalidTable> {
    let is_named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = !name.starts_with(|char: char| char.is_ascii_digit());
    if (1..=MAX_NAME).contains(&name.len()) && begins && name.bytes().all(is_named) {
        Ok(format!("{name}_{generation}"))
    } else {
        Err(InvalidTable {
            name: name.to_owned(),
        })
    }
}

/// A handler asks for a database that the store is not in. Ask for the other one, or use another store.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the store of the app is not in {0}")]
pub struct WrongDatabase(&'static str);

/// Not the name of a table. Use 1 to 40 of the characters a to z, 0 to 9 and `_`, a digit not first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{name}` cannot be a table: it takes 1 to 40 of a to z, 0 to 9 and `_`, a digit not first"
)]
pub struct InvalidTable {
    name: String,
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod driver {
    use super::{Error, InvalidTable, StoreError, WrongDatabase};

    /// For handlers that return errors of sqlx.
    impl From<WrongDatabase> for sqlx::Error {
        fn from(error: WrongDatabase) -> Self {
            Self::Configuration(error.into())
        }
    }

    /// For handlers that return errors of sqlx.
    impl From<InvalidTable> for sqlx::Error {
        fn from(error: InvalidTable) -> Self {
            Self::Configuration(error.into())
        }
    }

    impl super::TableError {
        /// What a handler says: it is the store's matter if the driver said it, and it may pass.
        pub(in crate::store) fn of_work(
            error: super::SqlError,
            may_pass: fn(&sqlx::Error) -> bool,
        ) -> Self {
            let first: &(dyn Error + 'static) = &*error;
            let mut causes = std::iter::successors(Some(first), |error| (**error).source());
            let passes = causes.any(|cause| cause.downcast_ref().is_some_and(may_pass));
            match passes {
                true => Self::Store(StoreError::unavailable(error)),
                false => Self::Work(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_table_is_named_after_its_generation() {
        assert_eq!(table("balances", 7).unwrap(), "balances_7");
        assert_eq!(table("_x9", u64::MAX).unwrap(), "_x9_18446744073709551615");
        assert!(table(&"t".repeat(40), u64::MAX).unwrap().len() < 64);
    }

    #[test]
    fn hostile_names_are_refused() {
        let long = "t".repeat(41);
        for name in [
            "", "Bank", "1st", "a-b", "a b", r#"a"b"#, "a;--", "ä", "a\0", "a.b", &long,
        ] {
            assert!(table(name, 1).is_err(), "{name:?}");
        }
    }
}
