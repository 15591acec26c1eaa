//! What campaigns came to, for people: Markdown that is readable as it stands.

mod done;
mod found;
mod machine;
mod read_models;
mod sagas;
mod totals;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::campaign::Campaign;
pub use totals::{Blows, Kills, Takeover, Totals, Transfers, Views};

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

impl Report {
    /// Whether what had to be found was found: the bug that was planted, or nothing.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        match self.campaign.sabotage {
            Some(sabotage) => self.totals.checks.found(sabotage.shows_as()) > 0,
            None => self.totals.checks.findings.is_empty(),
        }
    }

    fn is_planted(&self) -> bool {
        self.campaign.sabotage.is_some()
    }
}

/// Several campaigns, of one seed.
#[derive(Debug)]
pub struct Reports {
    /// What to type to have them again.
    pub command: String,
    /// Their seed.
    pub seed: u64,
    /// Each of them.
    pub reports: Vec<Report>,
}

impl Reports {
    /// Whether each of them is as expected.
    #[must_use]
    pub fn are_as_expected(&self) -> bool {
        self.reports.iter().all(Report::is_as_expected)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let command = self.campaign.command();
        tell(f, &command, self.campaign.seed, std::slice::from_ref(self))
    }
}

impl fmt::Display for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tell(f, &self.command, self.seed, &self.reports)
    }
}

fn tell(f: &mut fmt::Formatter<'_>, command: &str, seed: u64, reports: &[Report]) -> fmt::Result {
    machine::tell(f, reports)?;
    let seconds: f64 = reports
        .iter()
        .map(|report| report.duration.as_secs_f64())
        .sum();
    writeln!(f, "- seed {seed}, {seconds:.0} s")?;
    writeln!(f, "- `{command}`")?;
    let (planted, true_to_life): (Vec<_>, Vec<_>) =
        reports.iter().partition(|report| report.is_planted());
    done::tell(f, &true_to_life)?;
    read_models::tell(f, &true_to_life)?;
    sagas::tell(f, &true_to_life)?;
    found::tell(f, &true_to_life)?;
    found::tell_planted(f, &planted)?;
    found::tell_findings(f, &true_to_life)
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
