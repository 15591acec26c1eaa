//! What is said again and again.

use sqlx::SqlStr;

use super::names::Names;
use super::page::COLUMNS;
use super::{insert, lookup, streams};

pub(super) struct Texts {
    /// Writes a batch.
    pub(super) insert: SqlStr,
    /// Begins a transaction with the counter locked, and gives the log's last position.
    pub(super) begin: SqlStr,
    /// Locks the counter in a transaction that has begun.
    pub(super) lock: SqlStr,
    pub(super) lookup: SqlStr,
    /// The command of the event at a position.
    pub(super) command: SqlStr,
    pub(super) streams: SqlStr,
    /// A page of the log.
    pub(super) log: SqlStr,
    pub(super) snapshot: SqlStr,
}

/// By the bytes before the event that is before each: a page ends at the first event that reaches its limit, and one
/// event more tells that there are more.
fn log() -> String {
    format!(
        "SELECT {COLUMNS}, stream FROM (
            SELECT *, coalesce(sum(octet_length(payload::text))
                OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING), 0) AS before FROM (
                SELECT * FROM gesta.events WHERE position > $1 ORDER BY position LIMIT $2) AS e
        ) AS p WHERE before < $3"
    )
}

impl Texts {
    pub(super) fn new(names: &Names) -> Self {
        let lock = "SELECT position FROM gesta.counter FOR UPDATE";
        Self {
            insert: insert::statement(names),
            begin: names.statement(&format!("BEGIN ISOLATION LEVEL READ COMMITTED; {lock}")),
            lock: names.statement(lock),
            lookup: lookup::statement(names),
            command: names.statement("SELECT command_id FROM gesta.events WHERE position = $1"),
            streams: streams::statement(names),
            log: names.statement(&log()),
            snapshot: names.statement(
                "SELECT version, fingerprint, state::text FROM gesta.snapshots WHERE stream = $1",
            ),
        }
    }
}
