//! Generations as the server keeps them, and how one is made.

use std::ops::ControlFlow;

use sqlx::SqlStr;
use sqlx::postgres::PgRow;

use crate::store::StoreError;
use crate::store::sql::numbers::unsigned;
use crate::store::sql::steps::checksum;
use crate::store::views::{Declaration, Generation, Stage};
use crate::time::Timestamp;

use super::super::names::Names;
use super::super::row::{count, get};
use super::{Views, fault};

/// The columns that [`generation`] reads.
pub(super) const COLUMNS: &str =
    "generation, projection, version, fingerprint, indexes, stage, paused, position, token,
    CASE WHEN leased > clock_timestamp() THEN owner END, fault_position, fault";

/// [`Stage::Dropped`].
pub(super) const DROPPED: i64 = 2;

/// By a condition on its stage.
pub(super) fn newest(stage: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM gesta.projections WHERE projection = $1 AND version = $2 AND {stage}
        ORDER BY generation DESC LIMIT 1"
    )
}

pub(super) fn make() -> String {
    format!(
        "INSERT INTO gesta.projections (projection, version, fingerprint, indexes)
        VALUES ($1, $2, $3, $4) RETURNING {COLUMNS}"
    )
}

pub(super) fn all() -> String {
    format!("SELECT {COLUMNS} FROM gesta.projections ORDER BY generation")
}

/// One for all projections of these tables.
pub(super) fn lock(names: &Names) -> i64 {
    checksum(&names.name("projections"))
}

pub(super) fn generation(row: &PgRow) -> Result<Generation, StoreError> {
    Ok(Generation {
        id: count(row, 0)?,
        declaration: Declaration {
            projection: get(row, 1)?,
            version: unsigned(get::<i64>(row, 2)?)?,
            fingerprint: get(row, 3)?,
            indexes: get(row, 4)?,
        },
        stage: stage(get(row, 5)?)?,
        paused: get(row, 6)?,
        position: count(row, 7)?,
        token: count(row, 8)?,
        owner: get(row, 9)?,
        fault: fault::read(row)?,
    })
}

fn stage(number: i64) -> Result<Stage, StoreError> {
    match number {
        0 => Ok(Stage::Building),
        1 => Ok(Stage::Ready),
        DROPPED => Ok(Stage::Dropped),
        _ => Err(StoreError::Corrupt(format!("there is no stage {number}"))),
    }
}

impl Views {
    pub(super) async fn log_head(&self) -> Result<u64, StoreError> {
        let query = || sqlx::query(self.texts.head.clone());
        let read = |head: &mut Option<u64>, row: &PgRow| {
            *head = Some(count(row, 0)?);
            Ok(ControlFlow::Continue(()))
        };
        let head = self.reader.fold(query, || None, read).await?;
        head.ok_or_else(|| StoreError::Corrupt("the log has lost its counter".to_owned()))
    }

    pub(super) async fn server_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let text = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        let read = |time: &mut Option<Timestamp>, row: &PgRow| {
            *time = Some(Timestamp::from_micros(get(row, 0)?));
            Ok(ControlFlow::Continue(()))
        };
        self.reader.fold(|| sqlx::query(text), || None, read).await
    }

    /// What the statement finds; if it finds nothing, a new generation. Whoever asks at the same moment waits, and finds it.
    pub(super) async fn find_or_make(
        &self,
        find: &SqlStr,
        wanted: &Declaration,
    ) -> Result<Generation, StoreError> {
        let mut lane = self.begin().await?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(self.texts.lock);
        self.lanes.run(&mut lane, lock).await?;
        let of = |text: &SqlStr| {
            sqlx::query(text.clone())
                .bind(&wanted.projection)
                .bind(i64::from(wanted.version))
        };
        let mut rows = self.lanes.run(&mut lane, of(find)).await?;
        if rows.is_empty() {
            let make = of(&self.texts.make)
                .bind(wanted.fingerprint)
                .bind(&wanted.indexes);
            rows = self.lanes.run(&mut lane, make).await?;
        }
        self.commit(lane).await?;
        match rows.first() {
            Some(row) => generation(row),
            None => Err(StoreError::failed("a generation was not made")),
        }
    }

    pub(super) async fn all_generations(&self) -> Result<Vec<Generation>, StoreError> {
        let query = || sqlx::query(self.texts.generations.clone());
        let read = |all: &mut Vec<_>, row: &PgRow| {
            all.push(generation(row)?);
            Ok(ControlFlow::Continue(()))
        };
        self.reader.fold(query, Vec::new, read).await
    }
}
