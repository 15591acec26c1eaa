//! What people want of generations, and the end of those that nobody wants.

use crate::store::StoreError;
use crate::store::sql::numbers::clamped;
use crate::store::views::Control;

use super::super::row::LIMIT;
use super::super::script::Script;
use super::claim::HELD;

pub(super) fn control(generation: u64, control: Control) -> Result<Script, StoreError> {
    let mut script = Script::default();
    let (change, fits) = match control {
        Control::Pause => ("paused = 1", "stage < 2".to_owned()),
        Control::Resume => {
            let change = "paused = 0, fault_position = NULL, fault = NULL";
            (change, "stage < 2".to_owned())
        }
        Control::Drop => ("stage = 2, owner = NULL", may_be_dropped()),
    };
    script.statement(&format!(
        "UPDATE gesta_projections AS this SET {change}
        WHERE generation = ? AND ({fits}) RETURNING generation"
    ));
    script.value(clamped(generation))?;
    Ok(script)
}

fn may_be_dropped() -> String {
    format!(
        "stage = 0 OR (stage = 1 AND (owner IS NULL OR NOT {HELD}) AND EXISTS (
            SELECT 1 FROM gesta_projections AS newer WHERE newer.stage = 1
                AND newer.projection = this.projection AND newer.version > this.version))"
    )
}

/// The tables with what is kept of a generation, and the rest of their keys: forward, and back.
const KEPT: [(&str, &str, &str); 3] = [
    ("gesta_documents", "key", "key DESC"),
    (
        "gesta_entries",
        "number, value, key",
        "number DESC, value DESC, key DESC",
    ),
    ("gesta_parked", "key, position", "key DESC, position DESC"),
];

/// Gives a row if the generation is there still.
pub(super) fn sweep(generation: u64, rows: u32) -> Result<Script, StoreError> {
    let generation = clamped(generation);
    let mut script = Script::default();
    for (table, key, back) in KEPT {
        // Up to the last of the first so many: a list of them would not be searched by the whole key.
        script.statement(&format!(
            "DELETE FROM {table} WHERE ({key}) <= (
                SELECT {key} FROM (
                    SELECT {key} FROM {table} WHERE generation = ? ORDER BY {key} {LIMIT})
                ORDER BY {back} LIMIT 1)
            AND generation = (SELECT generation FROM gesta_projections WHERE generation = ? AND stage = 2)"
        ));
        script.value(generation)?;
        script.value(i64::from(rows))?;
        script.value(generation)?;
    }
    let left = KEPT.map(|(table, ..)| {
        format!("AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.generation = p.generation)")
    });
    let left = left.join(" ");
    script.statement(&format!(
        "DELETE FROM gesta_projections AS p WHERE generation = ? AND stage = 2 {left}"
    ));
    script.value(generation)?;
    script.statement("SELECT generation FROM gesta_projections WHERE generation = ?");
    script.value(generation)?;
    Ok(script)
}
