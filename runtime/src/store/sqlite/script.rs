//! Several statements as one text, with all their rows bound: one crossing to SQLite's thread.

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Row, Sqlite, SqliteConnection, Type};

use crate::store::StoreError;

/// How many rows one statement takes at most. With 11 columns this stays below the 32,766 parameters that SQLite takes.
pub(super) const ROWS: usize = 2_048;

pub(super) struct Script {
    sql: String,
    values: Values,
    /// Whether the text is one that comes again, and is worth keeping prepared.
    common: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            sql: String::new(),
            values: Values::default(),
            common: true,
        }
    }
}

/// What is bound, in the order of the question marks. Numbered ones would cost SQLite a search each.
#[derive(Default)]
pub(super) struct Values(SqliteArguments);

impl Values {
    pub(super) fn add<'t, T>(&mut self, value: T) -> Result<(), StoreError>
    where
        T: Encode<'t, Sqlite> + Type<Sqlite>,
    {
        self.0.add(value).map_err(StoreError::failed)
    }
}

impl Script {
    pub(super) fn statement(&mut self, sql: &str) {
        self.text(sql);
        self.sql.push(';');
    }

    /// A part of a statement, which [`statement`](Self::statement) ends.
    pub(super) fn text(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    pub(super) fn value<'t, T>(&mut self, value: T) -> Result<(), StoreError>
    where
        T: Encode<'t, Sqlite> + Type<Sqlite>,
    {
        self.values.add(value)
    }

    /// Adds `before (VALUES (?, ..), ..) AS v after;`, more than once if there are many rows. The columns are named
    /// `column1`, `column2` and so on.
    ///
    /// More rows are added, so that SQLite meets few different texts and keeps them prepared; their `column1` is null,
    /// and `after` must leave them out.
    pub(super) fn rows<T>(
        &mut self,
        before: &str,
        columns: usize,
        rows: &[T],
        after: &str,
        bind: impl Fn(&mut Values, &T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let row = format!("({}?),", "?,".repeat(columns.saturating_sub(1)));
        for rows in rows.chunks(ROWS) {
            let padded = padded(rows.len(), columns);
            self.sql.push_str(before);
            self.sql.push_str(" (VALUES ");
            self.sql.push_str(&row.repeat(padded));
            self.sql.pop();
            self.sql.push_str(") AS v ");
            self.statement(after);
            for row in rows {
                bind(&mut self.values, row)?;
            }
            for _ in rows.len() * columns..padded * columns {
                self.values.add(None::<i64>)?;
            }
        }
        self.common &= rows.len() <= ROWS;
        Ok(())
    }

    /// Runs all of it in a transaction of its own.
    pub(super) async fn transact(
        mut self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        self.sql.insert_str(0, "BEGIN IMMEDIATE;");
        self.commit(connection).await
    }

    /// Runs all of it in a transaction that was begun, and gives the rows of all statements, if it is committed for sure.
    pub(super) async fn commit(
        mut self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        // If its thread ends, sqlx gives the rows that it has, and no error: only a row from behind the COMMIT tells.
        self.statement("COMMIT");
        self.statement("SELECT 1 AS committed");
        let mut rows = self.run(connection).await?;
        let last = rows.pop();
        if last.is_some_and(|row| row.try_column("committed").is_ok()) {
            Ok(rows)
        } else {
            Err(sqlx::Error::WorkerCrashed)
        }
    }

    /// Runs all of it and gives the rows of all statements. It reads to the end, so the last statement has run too.
    pub(super) async fn run(
        self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        // The text holds nothing but constants and question marks.
        sqlx::query_with(AssertSqlSafe(self.sql), self.values.0)
            .persistent(self.common)
            .fetch_all(connection)
            .await
    }
}

/// To a power of two; to one of eight where rows are narrow, since each of these costs little.
fn padded(rows: usize, columns: usize) -> usize {
    let step = if columns < 5 { 8 } else { 2 };
    let mut padded = 1;
    while padded < rows {
        padded *= step;
    }
    padded.min(ROWS.max(rows))
}

#[cfg(test)]
impl Script {
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection;

    async fn commit(sql: &str) -> Result<usize, sqlx::Error> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
        let mut script = Script::default();
        script.statement(sql);
        script.commit(&mut connection).await.map(|rows| rows.len())
    }

    #[tokio::test]
    async fn the_rows_are_those_before_the_commit() {
        assert_eq!(
            commit("BEGIN; SELECT 1; SELECT 1 AS committed")
                .await
                .unwrap(),
            2
        );
        assert!(commit("SELECT 1").await.is_err(), "no transaction");
    }

    #[test]
    fn few_sizes_are_met_and_none_is_too_small() {
        for columns in [1, 3, 5, 11] {
            let sizes: std::collections::BTreeSet<_> =
                (1..=ROWS).map(|rows| padded(rows, columns)).collect();
            assert!(
                sizes.len() <= 12 && sizes.last() == Some(&ROWS),
                "{sizes:?}"
            );
            assert!((1..=ROWS).all(|rows| padded(rows, columns) >= rows));
        }
    }
}
