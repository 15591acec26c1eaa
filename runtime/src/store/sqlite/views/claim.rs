//! Who holds a generation, for how long, and what they say of it.

use std::time::Duration;

use uuid::Uuid;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, int};
use crate::store::views::Fault;

use super::super::script::Script;
use super::generation::columns;

const NOW: &str = "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)";

/// Whether an owner's time is not over. It is too if the clock was set back by more than the lease: a dead owner shall not
/// hold a generation for an hour.
pub(super) const HELD: &str =
    "abs(CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER) - leased_at) < lease";

/// What the last token may change.
const LAST: &str = "generation = ? AND token = ? AND stage < 2";

fn milliseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn claim(generation: u64, owner: Uuid, lease: Duration) -> Result<Script, StoreError> {
    let mut script = Script::default();
    let columns = columns();
    script.statement(&format!(
        "UPDATE gesta_projections SET token = token + 1, owner = ?, leased_at = {NOW}, lease = ?
        WHERE generation = ? AND stage < 2 AND (owner IS NULL OR owner = ? OR NOT {HELD})
        RETURNING {columns}"
    ));
    script.value(owner)?;
    script.value(milliseconds(lease))?;
    script.value(clamped(generation))?;
    script.value(owner)?;
    Ok(script)
}

pub(super) fn renew(generation: u64, token: u64, lease: Duration) -> Result<Script, StoreError> {
    let mut script = Script::default();
    let columns = columns();
    script.statement(&format!(
        "UPDATE gesta_projections SET leased_at = {NOW}, lease = ?
        WHERE {LAST} AND owner IS NOT NULL RETURNING {columns}"
    ));
    script.value(milliseconds(lease))?;
    script.value(clamped(generation))?;
    script.value(clamped(token))?;
    Ok(script)
}

pub(super) fn release(generation: u64, token: u64) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(&format!(
        "UPDATE gesta_projections SET owner = NULL WHERE {LAST}"
    ));
    script.value(clamped(generation))?;
    script.value(clamped(token))?;
    Ok(script)
}

pub(super) fn set_fault(
    generation: u64,
    token: u64,
    fault: Option<&Fault>,
) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(&format!(
        "UPDATE gesta_projections SET fault_position = ?, fault = ? WHERE {LAST} RETURNING generation"
    ));
    script.value(fault.map(|fault| int(fault.position)).transpose()?)?;
    script.value(fault.map(|fault| fault.error.as_str()))?;
    script.value(clamped(generation))?;
    script.value(clamped(token))?;
    Ok(script)
}
