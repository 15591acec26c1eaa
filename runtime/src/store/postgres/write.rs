//! Writing a batch: in one statement if nothing stands against it, else commit by commit.

use std::time::Duration;

use sqlx::PgConnection;

use crate::store::sql::judge::{Judged, judge};
use crate::store::views::Inline;
use crate::store::{Commit, Outcome, StoreError};

use super::columns::Columns;
use super::row::count;
use super::seen::Seen;
use super::session::answered;
use super::texts::Texts;
use super::views::inline::Folding;
use super::{error, insert, lookup};

/// The connection that writes, and what it writes with. An error leaves the connection in any state; it must be closed.
pub(super) struct Pen<'a> {
    pub(super) connection: &'a mut PgConnection,
    pub(super) texts: &'a Texts,
    pub(super) seen: &'a mut Seen,
    pub(super) patience: Duration,
    /// What is folded in the same transaction.
    pub(super) inline: Option<&'a dyn Inline>,
}

impl Pen<'_> {
    pub(super) async fn append(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let outcomes = match self.at_once(batch).await? {
            Some(outcomes) => outcomes,
            None => self.in_steps(batch).await?,
        };
        self.seen.learn(batch, &outcomes);
        Ok(outcomes)
    }

    /// The whole batch in one round trip. `None` if it is not clean, with nothing written and no transaction open.
    async fn at_once(&mut self, batch: &[Commit]) -> Result<Option<Vec<Outcome>>, StoreError> {
        // A version that cannot be stored is one that no stream has.
        let (None, Ok(Some(columns))) = (self.inline, Columns::of(batch, self.seen)) else {
            return Ok(None);
        };
        let insert = async {
            match insert::insert(self.connection, self.texts.insert.clone(), columns).await {
                // By itself it was a transaction, which the server has undone.
                Err(error) if error::is_refusal(&error) => Ok(None),
                done => done,
            }
        };
        answered(self.patience, insert).await
    }

    /// The same, in a transaction of several statements. If an inline projection does not take it, nothing is written, and
    /// nothing is open on the connection.
    async fn in_steps(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let done = self.one_by_one(batch).await;
        if matches!(done, Err(StoreError::Inline { .. })) {
            self.execute("ROLLBACK").await?;
        }
        done
    }

    /// The batch in one transaction still, but each commit judged by itself, by what is there once the counter is locked.
    async fn one_by_one(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let end = self.begin().await?;
        let keys = batch
            .iter()
            .map(|commit| (commit.meta.command_id, &commit.stream));
        let statement = self.texts.lookup.clone();
        let found = lookup::ask(self.connection, statement, self.patience, keys).await?;
        let Judged {
            mut outcomes,
            written,
        } = judge(batch, &found, end);
        let (commits, fit) = (batch.len(), written.len());
        if fit < commits {
            tracing::debug!(commits, fit, "a batch met a conflict or a retry");
        }
        if written.is_empty() {
            self.execute("ROLLBACK").await?;
            return Ok(outcomes);
        }
        let inserted = self.insert(written).await?;
        if let Some(inline) = self.inline {
            let mut folding = Folding {
                connection: &mut *self.connection,
                texts: &self.texts.inline,
                patience: self.patience,
            };
            folding.fold(inline).await?;
        }
        self.execute("COMMIT").await?;
        // What the rows say, and not what was to be expected of them.
        let fit = outcomes
            .iter_mut()
            .filter(|outcome| matches!(outcome, Outcome::Written { .. }));
        fit.zip(inserted)
            .for_each(|(outcome, inserted)| *outcome = inserted);
        Ok(outcomes)
    }

    /// Begins a transaction in which nobody else writes, and says where the log ends.
    async fn begin(&mut self) -> Result<u64, StoreError> {
        let rows = sqlx::raw_sql(self.texts.begin.clone()).fetch_all(&mut *self.connection);
        let rows = answered(self.patience, rows).await?;
        match rows.first() {
            Some(row) => count(row, 0),
            None => Err(StoreError::Corrupt(
                "the log has lost its counter".to_owned(),
            )),
        }
    }

    /// Inserts commits that were judged to be fit.
    async fn insert(&mut self, commits: Vec<&Commit>) -> Result<Vec<Outcome>, StoreError> {
        let done = match Columns::of(commits, self.seen)? {
            Some(columns) => {
                let statement = self.texts.insert.clone();
                let insert = insert::insert(self.connection, statement, columns);
                answered(self.patience, insert).await?
            }
            None => None,
        };
        // Nobody else can have changed what was looked up.
        done.ok_or_else(|| {
            StoreError::Corrupt("a stream does not end at its last version".to_owned())
        })
    }

    async fn execute(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let done = sqlx::raw_sql(sql).execute(&mut *self.connection);
        answered(self.patience, done).await.map(|_| ())
    }
}
