//! What is said again and again.

use sqlx::SqlStr;

use super::names::Names;
use super::views::inline;
use super::{insert, log, lookup, streams};

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
    pub(super) inline: inline::Texts,
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
            log: log::statement(names),
            inline: inline::Texts::new(names),
            snapshot: names.statement(
                "SELECT version, fingerprint, state::text FROM gesta.snapshots WHERE stream = $1",
            ),
        }
    }
}
