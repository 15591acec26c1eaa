//! Folding in the transaction of an append.

use sqlx::SqliteConnection;

use crate::store::views::{Inline, ViewBatch, Which};
use crate::store::{PageLimit, StoreError};

use super::super::row::count;
use super::super::script::Script;
use super::super::{error, log};
use super::{documents, write};

/// Folds all that is behind the position of each projection. The transaction has the file to itself.
pub(in super::super) async fn fold(
    connection: &mut SqliteConnection,
    inline: &dyn Inline,
) -> Result<(), StoreError> {
    for (index, which) in inline.projections().iter().enumerate() {
        let Some(mut ready) = ready(connection, which).await? else {
            continue;
        };
        loop {
            let page = log::read(connection, ready.to, PageLimit::default()).await?;
            let (more, events) = (page.more, page.events);
            if events.is_empty() {
                break;
            }
            let begun = inline.begin(index, events)?;
            let script = documents::of(ready.generation, begun.keys())?;
            let rows = script.run(connection).await.map_err(error::of)?;
            let stored = documents::in_order(&rows, begun.keys().len())?;
            ready = ViewBatch {
                generation: ready.generation,
                token: ready.token,
                from: ready.to,
                ..begun.fold(stored)?
            };
            if !write::within(connection, &ready).await? {
                return Err(StoreError::failed("a projection changed under its lock"));
            }
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// An empty batch that ends where the generation is that answers.
async fn ready(
    connection: &mut SqliteConnection,
    which: &Which,
) -> Result<Option<ViewBatch>, StoreError> {
    let mut script = Script::default();
    script.statement(
        "SELECT generation, token, position FROM gesta_projections
        WHERE projection = ? AND version = ? AND stage = 1",
    );
    script.value(which.projection.as_str())?;
    script.value(i64::from(which.version))?;
    let rows = script.run(connection).await.map_err(error::of)?;
    let batch = |row| {
        Ok(ViewBatch {
            generation: count(row, 0)?,
            token: count(row, 1)?,
            to: count(row, 2)?,
            ..ViewBatch::default()
        })
    };
    rows.first().map(batch).transpose()
}
