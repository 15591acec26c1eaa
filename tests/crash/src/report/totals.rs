//! What is counted while a campaign goes on.

use std::time::Duration;

use crate::check::{CarriedOut, Compared, Tally};
use crate::ledger::Count;

/// What was counted.
#[derive(Debug, Default)]
pub struct Totals {
    /// The kills.
    pub kills: Kills,
    /// What else was done to processes, and to what they stand on.
    pub blows: Blows,
    /// What became of read models.
    pub read_models: Views,
    /// What became of the transfers that sagas carry out.
    pub transfers: Transfers,
    /// Every check that was made, and every finding.
    pub checks: Tally,
    /// The same, but each thing looked at counts once.
    pub(crate) distinct: Tally,
    pub(crate) count: Count,
}

/// How many kills there were, and what they met.
#[derive(Debug, Default)]
pub struct Kills {
    /// Processes that were killed.
    pub total: u64,
    /// Of these, before the store was open.
    pub before_open: u64,
    /// Of these, while the tables were being made, or before.
    pub(crate) before_tables: u64,
    /// Of all, beside another process that went on.
    pub(crate) with_company: u64,
    /// Commands that were sent and not answered when the process was killed.
    pub unanswered: u64,
    /// Of these, those that were in the log all the same.
    pub unanswered_in_effect: u64,
}

/// How often something was done that is no kill of a process.
#[derive(Debug, Default)]
pub struct Blows {
    /// Processes that wrote beside others.
    pub rivals: u64,
    /// Processes that were stopped, and woken later.
    pub stops: u64,
    /// Of these, those that held the one lock of the file, so that no other process could write.
    pub stops_with_lock: u64,
    /// Times that the database server was killed, with all of its processes.
    pub servers: u64,
    /// Connections that the server ended.
    pub backends: u64,
    /// Connections that were cut at a commit or at its answer.
    pub cuts: u64,
    /// Times that the network failed for a while.
    pub outages: u64,
    /// Moments at which the power failed.
    pub power: u64,
}

/// What became of read models.
#[derive(Debug, Default)]
pub struct Views {
    pub(crate) compared: Compared,
    /// What was taken over from a process that was stopped.
    pub takeovers: Vec<Takeover>,
}

/// How soon a read model is another's, from the moment that the process that holds it is stopped.
#[derive(Debug, Clone, Copy)]
pub struct Takeover {
    /// Until another held it.
    pub claimed: Duration,
    /// Until another had written.
    pub written: Duration,
}

/// What became of transfers.
#[derive(Debug, Default)]
pub struct Transfers {
    pub(crate) carried_out: CarriedOut,
    /// Sagas that were under way when a trial ended, for another process to go on with.
    pub left: u64,
}

impl Transfers {
    /// How many were asked for.
    #[must_use]
    pub fn requested(&self) -> u64 {
        self.carried_out.requested
    }

    /// How many were done, and how many undone.
    #[must_use]
    pub fn ended(&self) -> [u64; 2] {
        [self.carried_out.completed, self.carried_out.compensated]
    }
}

impl Views {
    /// How many documents and index entries were compared with the fold of the log.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.compared.rows
    }
}

impl Kills {
    pub(crate) fn count(&mut self, opened: bool, fresh: bool, in_company: bool) {
        self.total += 1;
        self.before_open += u64::from(!opened);
        self.before_tables += u64::from(!opened && fresh);
        self.with_company += u64::from(in_company);
    }
}
