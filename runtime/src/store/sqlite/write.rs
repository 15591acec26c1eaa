//! Writing a batch: all at once if nothing stands against it, else commit by commit.

use sqlx::SqliteConnection;

use crate::store::sql::judge::{Judged, judge};
use crate::store::views::Inline;
use crate::store::{Commit, Outcome, StoreError};

use super::insert::{heads, insert, numbers, outcomes, place, unknown};
use super::script::Script;
use super::streams::Streams;
use super::{error, read, schema, views};

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
            execute(connection, "ROLLBACK").await?;
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
    let judged = begin(connection, batch).await?;
    let (commits, written) = (batch.len(), judged.written.len());
    tracing::debug!(commits, written, "a batch met a conflict or a retry");
    if judged.written.is_empty() {
        execute(connection, "ROLLBACK").await?;
    } else {
        let mut script = Script::default();
        insert(&mut script, &place(judged.written, streams)?)?;
        script.commit(connection).await.map_err(error::of)?;
    }
    Ok(judged.outcomes)
}

/// The same, and what is new is folded in the transaction. The inner error is that of a projection which does not take
/// it: nothing is written then, and nothing is open. Any other leaves the connection in any state.
pub(super) async fn append_inline(
    connection: &mut SqliteConnection,
    streams: &mut Streams,
    batch: &[Commit],
    inline: &dyn Inline,
) -> Result<Result<Vec<Outcome>, StoreError>, StoreError> {
    let judged = begin(connection, batch).await?;
    if judged.written.is_empty() {
        execute(connection, "ROLLBACK").await?;
        return Ok(Ok(judged.outcomes));
    }
    let mut script = Script::default();
    insert(&mut script, &place(judged.written, streams)?)?;
    script.run(connection).await.map_err(error::of)?;
    match views::fold(connection, inline).await {
        Ok(()) => {
            let commit = Script::default().commit(connection).await;
            commit.map_err(error::of)?;
            Ok(Ok(judged.outcomes))
        }
        Err(refused @ StoreError::Inline { .. }) => {
            execute(connection, "ROLLBACK").await?;
            Ok(Err(refused))
        }
        Err(error) => Err(error),
    }
}

/// Begins a transaction, and judges each commit by what is there.
async fn begin<'b>(
    connection: &mut SqliteConnection,
    batch: &'b [Commit],
) -> Result<Judged<'b>, StoreError> {
    execute(connection, "BEGIN IMMEDIATE").await?;
    let keys: Vec<_> = batch.iter().map(read::Key::from).collect();
    let found = read::lookup(connection, &keys).await?;
    let end = read::end(connection).await?;
    Ok(judge(batch, &found, end))
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    schema::execute(connection, sql).await.map_err(error::of)
}
