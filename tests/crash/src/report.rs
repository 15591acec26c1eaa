//! What a campaign came to, for people.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::campaign::Campaign;
use crate::check::{Check, Tally};
use crate::ledger::Count;

/// How many findings are told; the first says most.
const SHOWN: usize = 5;

/// A campaign and its figures.
#[derive(Debug)]
pub struct Report {
    /// What was to be done.
    pub campaign: Campaign,
    /// What was counted.
    pub totals: Totals,
    /// The database engine and its version.
    pub engine: String,
    /// How long it took.
    pub duration: Duration,
    /// Where the files are, if something was found in them.
    pub kept: Option<PathBuf>,
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Totals {
    /// The kills.
    pub kills: Kills,
    /// What else was done to processes, and to what they stand on.
    pub blows: Blows,
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
}

impl Kills {
    pub(crate) fn count(&mut self, opened: bool, fresh: bool, in_company: bool) {
        self.total += 1;
        self.before_open += u64::from(!opened);
        self.before_tables += u64::from(!opened && fresh);
        self.with_company += u64::from(in_company);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell_campaign(f)?;
        self.tell_kills(f)?;
        self.tell_checks(f)?;
        self.tell_findings(f)
    }
}

impl Report {
    fn tell_campaign(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let build = if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        };
        writeln!(
            f,
            "gesta {} ({build}) on {}, {cores} cores, {} {} {}",
            env!("CARGO_PKG_VERSION"),
            self.engine,
            std::env::consts::OS,
            kernel.trim(),
            std::env::consts::ARCH,
        )?;
        if let Some(sabotage) = self.campaign.sabotage {
            writeln!(f, "with a bug planted: {}", sabotage.name())?;
        }
        let seconds = self.duration.as_secs_f64();
        writeln!(f, "seed {}, {seconds:.1} s", self.campaign.seed)
    }

    fn tell_kills(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kills, count) = (&self.totals.kills, self.totals.count);
        writeln!(
            f,
            "{} kills: {} before the store was open ({} on a new file), {} beside a process that went on",
            kills.total, kills.before_open, kills.before_tables, kills.with_company
        )?;
        writeln!(
            f,
            "{} times a command was sent: {} acknowledged ({} as duplicates), {} rejected, {} not taken, {} unknown",
            grouped(count.sent),
            grouped(count.acked),
            grouped(count.duplicates),
            grouped(count.rejected),
            grouped(count.not_taken),
            grouped(count.unknown),
        )?;
        writeln!(
            f,
            "{} without an answer at a kill; {} of these had taken effect; all were sent again",
            grouped(kills.unanswered),
            grouped(kills.unanswered_in_effect),
        )
    }

    fn tell_checks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals {
            checks, distinct, ..
        } = &self.totals;
        for check in Check::ALL {
            let (failure, subject) = check.words();
            writeln!(
                f,
                "{:>7} {failure:<20} of {:>11} {subject}, looked at {} times",
                checks.found(check),
                grouped(distinct.trials(check)),
                grouped(checks.trials(check)),
            )?;
        }
        // A kill leaves what the system holds in memory as it is.
        writeln!(
            f,
            "a kill ends a process and not the system: power failures are not tried here"
        )
    }

    fn tell_findings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = &self.totals.checks.findings;
        for finding in findings.iter().take(SHOWN) {
            writeln!(f, "{:?}: {}", finding.check, finding.text)?;
        }
        if findings.len() > SHOWN {
            writeln!(f, ".. and {} more", findings.len() - SHOWN)?;
        }
        if let Some(kept) = &self.kept {
            writeln!(f, "the databases are kept in {}", kept.display())?;
        }
        Ok(())
    }
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
