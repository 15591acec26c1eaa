//! Writing a batch: in one statement if nothing stands against it, else commit by commit.

use std::time::Duration;

use sqlx::{PgConnection, Row};

use crate::store::judge::judge;
use crate::store::{Commit, Outcome, StoreError};

use super::columns::Columns;
use super::seen::Seen;
use super::session::answered;
use super::texts::Texts;
use super::{error, insert, lookup};

/// An error leaves the connection in any state; it must be closed.
pub(super) async fn append(
    connection: &mut PgConnection,
    texts: &Texts,
    seen: &mut Seen,
    patience: Duration,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let outcomes = match at_once(connection, texts, seen, patience, batch).await? {
        Some(outcomes) => outcomes,
        None => one_by_one(connection, texts, seen, patience, batch).await?,
    };
    seen.learn(batch, &outcomes);
    Ok(outcomes)
}

/// The whole batch in one round trip. `None` if it is not clean, with nothing written and no transaction open.
async fn at_once(
    connection: &mut PgConnection,
    texts: &Texts,
    seen: &mut Seen,
    patience: Duration,
    batch: &[Commit],
) -> Result<Option<Vec<Outcome>>, StoreError> {
    // A version that cannot be stored is one that no stream has.
    let Ok(Some(columns)) = Columns::of(batch, seen) else {
        return Ok(None);
    };
    let insert = async {
        match insert::insert(connection, texts.insert.clone(), columns).await {
            // By itself it was a transaction, which the server has undone.
            Err(error) if error::is_refusal(&error) => Ok(None),
            done => done,
        }
    };
    answered(patience, insert).await
}

/// The batch in one transaction still, but each commit judged by itself, by what is there once the counter is locked.
async fn one_by_one(
    connection: &mut PgConnection,
    texts: &Texts,
    seen: &mut Seen,
    patience: Duration,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    let rows = sqlx::raw_sql(texts.begin.clone()).fetch_all(&mut *connection);
    let rows = answered(patience, rows).await?;
    let end = match rows.first() {
        Some(row) => row.try_get::<i64, _>(0).map_err(error::of)?,
        None => {
            return Err(StoreError::Corrupt(
                "the log has lost its counter".to_owned(),
            ));
        }
    };
    let keys = batch
        .iter()
        .map(|commit| (commit.meta.command_id, &commit.stream));
    let found = lookup::ask(connection, texts.lookup.clone(), patience, keys).await?;
    let judged = judge(batch, &found, end.unsigned_abs());
    let (commits, written) = (batch.len(), judged.written.len());
    tracing::debug!(commits, written, "a batch met a conflict or a retry");
    if judged.written.is_empty() {
        execute(connection, patience, "ROLLBACK").await?;
        return Ok(judged.outcomes);
    }
    let done = match Columns::of(judged.written, seen)? {
        Some(columns) => {
            let insert = insert::insert(connection, texts.insert.clone(), columns);
            answered(patience, insert).await?
        }
        None => None,
    };
    if done.is_none() {
        // Nobody else can have changed what was looked up.
        let text = "a stream does not end at its last version";
        return Err(StoreError::Corrupt(text.to_owned()));
    }
    execute(connection, patience, "COMMIT").await?;
    Ok(judged.outcomes)
}

async fn execute(
    connection: &mut PgConnection,
    patience: Duration,
    sql: &'static str,
) -> Result<(), StoreError> {
    let done = sqlx::raw_sql(sql).execute(connection);
    answered(patience, done).await.map(|_| ())
}
