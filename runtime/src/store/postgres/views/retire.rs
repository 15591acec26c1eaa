//! How a generation takes another's place, and how one goes.

use sqlx::SqlStr;
use sqlx::postgres::PgRow;

use crate::store::StoreError;
use crate::store::sql::numbers::int;
use crate::store::views::{Control, Generation, Stage};

use super::super::row::get;
use super::Views;
use super::generation::{COLUMNS, DROPPED, generation};

/// Those of the same projection and version. Everybody locks them in this order.
pub(super) fn rivals() -> String {
    format!(
        "SELECT {COLUMNS} FROM gesta.projections
        WHERE (projection, version) = (SELECT projection, version FROM gesta.projections WHERE generation = $1)
            AND stage < 2
        ORDER BY generation FOR UPDATE"
    )
}

pub(super) const REPLACE: &str =
    "UPDATE gesta.projections SET stage = 2, owner = NULL WHERE generation = ANY ($1)";

pub(super) const READY: &str = "UPDATE gesta.projections SET stage = 1 WHERE generation = $1";

pub(super) const PAUSE: &str =
    "UPDATE gesta.projections SET paused = true WHERE generation = $1 AND stage < 2 RETURNING true";

pub(super) const RESUME: &str =
    "UPDATE gesta.projections SET paused = false, fault_position = NULL, fault = NULL
    WHERE generation = $1 AND stage < 2 RETURNING true";

/// Once a newer version is ready, one always is.
pub(super) const DROP: &str = "UPDATE gesta.projections AS p SET stage = 2, owner = NULL
    WHERE generation = $1 AND (stage = 0
        OR stage = 1 AND (owner IS NULL OR leased <= clock_timestamp()) AND EXISTS (
            SELECT FROM gesta.projections AS n
            WHERE n.projection = p.projection AND n.version > p.version AND n.stage = 1))
    RETURNING true";

pub(super) const STAGE: &str =
    "SELECT stage FROM gesta.projections WHERE generation = $1 FOR UPDATE";

/// So many of each.
pub(super) const CLEAR: &str = "WITH documents AS (
    DELETE FROM gesta.documents WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM gesta.documents WHERE generation = $1 ORDER BY generation, key LIMIT $2))
), entries AS (
    DELETE FROM gesta.entries WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM gesta.entries WHERE generation = $1 ORDER BY generation, index, value, key LIMIT $2))
)
DELETE FROM gesta.parked WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM gesta.parked WHERE generation = $1 ORDER BY generation, key, position LIMIT $2))";

/// Unless there is something left of it.
pub(super) const DELETE: &str = "DELETE FROM gesta.projections WHERE generation = $1
    AND NOT EXISTS (SELECT FROM gesta.documents WHERE generation = $1)
    AND NOT EXISTS (SELECT FROM gesta.entries WHERE generation = $1)
    AND NOT EXISTS (SELECT FROM gesta.parked WHERE generation = $1)
    RETURNING true";

/// Those that are to go, if this one may take their place.
fn replaced(id: u64, token: u64, rivals: &[Generation]) -> Option<Vec<&Generation>> {
    let built = rivals
        .iter()
        .find(|each| each.id == id && each.token == token && each.stage == Stage::Building)?;
    let ready = rivals.iter().filter(|each| each.stage == Stage::Ready);
    let ready: Vec<_> = ready.collect();
    let is_behind = ready.iter().any(|each| each.position > built.position);
    (!is_behind).then_some(ready)
}

impl Views {
    pub(super) async fn switch_to(&self, id: u64, token: u64) -> Result<bool, StoreError> {
        let mut lane = self.begin().await?;
        let number = int(id)?;
        let lock = sqlx::query(self.texts.rivals.clone()).bind(number);
        let rows = self.lanes.run(&mut lane, lock).await?;
        let rivals: Vec<_> = rows.iter().map(generation).collect::<Result<_, _>>()?;
        let replaced = replaced(id, token, &rivals);
        if let Some(replaced) = &replaced {
            let ids: Result<Vec<_>, _> = replaced.iter().map(|each| int(each.id)).collect();
            let replace = sqlx::query(self.texts.replace.clone()).bind(ids?);
            self.lanes.run(&mut lane, replace).await?;
            let ready = sqlx::query(self.texts.ready.clone()).bind(number);
            self.lanes.run(&mut lane, ready).await?;
        }
        self.commit(lane).await?;
        Ok(replaced.is_some())
    }

    pub(super) async fn steer(&self, id: u64, control: Control) -> Result<bool, StoreError> {
        let text: &SqlStr = match control {
            Control::Pause => &self.texts.pause,
            Control::Resume => &self.texts.resume,
            Control::Drop => &self.texts.drop,
        };
        let query = sqlx::query(text.clone()).bind(int(id)?);
        let changed = self.change(query, |_| Ok(())).await?;
        Ok(changed.is_some())
    }

    pub(super) async fn delete_some(&self, id: u64, most: u32) -> Result<bool, StoreError> {
        let mut lane = self.begin().await?;
        let of = |text: &SqlStr| Ok::<_, StoreError>(sqlx::query(text.clone()).bind(int(id)?));
        let rows = self.lanes.run(&mut lane, of(&self.texts.stage)?).await?;
        let stage = rows.first().map(|row: &PgRow| get::<i64>(row, 0));
        let is_gone = match stage.transpose()? {
            Some(DROPPED) => {
                let clear = of(&self.texts.clear)?.bind(i64::from(most));
                self.lanes.run(&mut lane, clear).await?;
                let deleted = self.lanes.run(&mut lane, of(&self.texts.delete)?).await?;
                !deleted.is_empty()
            }
            other => other.is_none(),
        };
        self.commit(lane).await?;
        Ok(is_gone)
    }
}
