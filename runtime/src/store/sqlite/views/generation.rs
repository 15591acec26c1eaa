//! Generations: how they are made, listed and finished.

use sqlx::sqlite::SqliteRow;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, unsigned};
use crate::store::views::{Declaration, Fault, Generation, Stage};

use super::super::row::{count, get, optional_count};
use super::super::script::Script;
use super::claim::HELD;

/// The columns that [`generation`] reads, in its order.
pub(super) fn columns() -> String {
    format!(
        "generation, projection, version, fingerprint, indexes, stage, paused, position, token,
        CASE WHEN {HELD} THEN owner END, fault_position, fault"
    )
}

pub(super) fn generation(row: &SqliteRow) -> Result<Generation, StoreError> {
    let fault = optional_count(row, 10)?;
    Ok(Generation {
        id: count(row, 0)?,
        declaration: Declaration {
            projection: get(row, 1)?,
            version: unsigned(count(row, 2)?)?,
            fingerprint: get(row, 3)?,
            indexes: get(row, 4)?,
        },
        stage: match count(row, 5)? {
            0 => Stage::Building,
            1 => Stage::Ready,
            _ => Stage::Dropped,
        },
        paused: get(row, 6)?,
        position: count(row, 7)?,
        token: count(row, 8)?,
        owner: get(row, 9)?,
        fault: match fault {
            Some(position) => Some(Fault {
                position,
                error: get(row, 11)?,
            }),
            None => None,
        },
    })
}

/// What a statement gave that always gives one.
pub(super) fn the_one(rows: &[SqliteRow]) -> Result<Generation, StoreError> {
    match rows {
        [row] => generation(row),
        _ => Err(StoreError::Corrupt(
            "a generation was made, and is not there".to_owned(),
        )),
    }
}

pub(super) fn all() -> Script {
    let mut script = Script::default();
    let columns = columns();
    script.statement(&format!(
        "SELECT {columns} FROM gesta_projections ORDER BY generation"
    ));
    script
}

/// Gives the newest of this projection and version that has come no further than `stage`, or a new one.
pub(super) fn newest_or_new(declaration: &Declaration, stage: Stage) -> Result<Script, StoreError> {
    const THIS: &str = "projection = ? AND version = ? AND stage <= ?";
    let stage = i64::from(stage == Stage::Ready);
    let bind = |script: &mut Script| {
        script.value(declaration.projection.as_str())?;
        script.value(i64::from(declaration.version))?;
        script.value(stage)
    };
    let mut script = Script::default();
    script.statement(&format!(
        "INSERT INTO gesta_projections (projection, version, fingerprint, indexes) SELECT ?, ?, ?, ?
        WHERE NOT EXISTS (SELECT 1 FROM gesta_projections WHERE {THIS})"
    ));
    script.value(declaration.projection.as_str())?;
    script.value(i64::from(declaration.version))?;
    script.value(declaration.fingerprint)?;
    script.value(declaration.indexes.as_str())?;
    bind(&mut script)?;
    let columns = columns();
    script.statement(&format!(
        "SELECT {columns} FROM gesta_projections WHERE {THIS} ORDER BY generation DESC LIMIT 1"
    ));
    bind(&mut script)?;
    Ok(script)
}

/// Drops the one that answers if this one may take its place, then lets this one answer if none does.
pub(super) fn finish(generation: u64, token: u64) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(
        "UPDATE gesta_projections AS old SET stage = 2, owner = NULL WHERE stage = 1 AND EXISTS (
            SELECT 1 FROM gesta_projections AS built
            WHERE built.generation = ? AND built.token = ? AND built.stage = 0
                AND built.projection = old.projection AND built.version = old.version
                AND built.position >= old.position)",
    );
    script.value(clamped(generation))?;
    script.value(clamped(token))?;
    script.statement(
        "UPDATE gesta_projections AS built SET stage = 1
        WHERE generation = ? AND token = ? AND stage = 0 AND NOT EXISTS (
            SELECT 1 FROM gesta_projections AS old WHERE old.stage = 1
                AND old.projection = built.projection AND old.version = built.version)
        RETURNING generation",
    );
    script.value(clamped(generation))?;
    script.value(clamped(token))?;
    Ok(script)
}
