//! Writing a batch: all at once if nothing stands against it, else commit by commit.

use sqlx::SqliteConnection;

use crate::store::sql::judge::judge;
use crate::store::{Commit, Outcome, StoreError};

use super::insert::{heads, insert, numbers, outcomes, place, unknown};
use super::script::Script;
use super::streams::Streams;
use super::{error, read, schema};

/// An error leaves the connection in any state; it must be closed.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    streams: &mut Streams,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    match at_once(connection, streams, batch).await? {
        Some(outcomes) => Ok(outcomes),
        None => one_by_one(connection, streams, batch).await,
    }
}

/// The whole batch in one crossing. `None` if it is not clean, with nothing written and no transaction open.
async fn at_once(
    connection: &mut SqliteConnection,
    streams: &mut Streams,
    batch: &[Commit],
) -> Result<Option<Vec<Outcome>>, StoreError> {
    // A version that cannot be stored is one that no stream has.
    let Ok(placed) = place(batch, streams) else {
        return Ok(None);
    };
    let mut script = Script::default();
    script.statement("BEGIN IMMEDIATE");
    insert(&mut script, &placed)?;
    heads(&mut script, &placed)?;
    numbers(&mut script, &placed)?;
    match script.commit(connection).await {
        Ok(rows) => {
            let mut rows = rows.iter();
            let outcomes = outcomes(&placed, &mut rows)?;
            streams.learn(unknown(&placed), rows.as_slice())?;
            Ok(Some(outcomes))
        }
        Err(error) if error::is_refusal(&error) => {
            schema::execute(connection, "ROLLBACK")
                .await
                .map_err(error::of)?;
            Ok(None)
        }
        Err(error) => Err(error::of(error)),
    }
}

/// The batch in one transaction still, but each commit judged by itself.
async fn one_by_one(
    connection: &mut SqliteConnection,
    streams: &mut Streams,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    schema::execute(connection, "BEGIN IMMEDIATE")
        .await
        .map_err(error::of)?;
    let keys: Vec<_> = batch.iter().map(read::Key::from).collect();
    let found = read::lookup(connection, &keys).await?;
    let end = read::end(connection).await?;
    let judged = judge(batch, &found, end);
    let (commits, written) = (batch.len(), judged.written.len());
    tracing::debug!(commits, written, "a batch met a conflict or a retry");
    if judged.written.is_empty() {
        schema::execute(connection, "ROLLBACK")
            .await
            .map_err(error::of)?;
    } else {
        let mut script = Script::default();
        insert(&mut script, &place(judged.written, streams)?)?;
        script.commit(connection).await.map_err(error::of)?;
    }
    Ok(judged.outcomes)
}
