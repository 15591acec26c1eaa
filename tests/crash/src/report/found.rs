//! What was looked at, what was found, and whether the bugs that were planted are among it.

use std::fmt;

use super::{Report, grouped};
use crate::check::{Check, Finding};
use crate::database::Engine;

/// How many findings are told; the first says most.
const SHOWN: usize = 5;

pub(super) fn tell(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## What was found\n")?;
    writeln!(
        f,
        "Each thing counts once, however often it was looked at. A zero in N trials says, with a confidence of 95 %, that the \
         rate is below 3/N. A kill leaves to the system what a process wrote. Where the power fails, it is taken from the disk again unless the \
         process had it synced, as a trace of its calls says; on PostgreSQL that is not tried.\n"
    )?;
    writeln!(f, "| found | | of these, on SQLite | on PostgreSQL |")?;
    writeln!(f, "| ---: | --- | ---: | ---: |")?;
    for check in Check::ALL {
        let (failure, subject) = check.words();
        let of = |report: &&Report| report.totals.checks.found(check);
        let found: usize = reports.iter().map(of).sum();
        let [files, servers] = Engine::ALL.map(|engine| trials(reports, engine, check));
        writeln!(
            f,
            "| {found} | {failure}, of {subject} | {files} | {servers} |"
        )?;
    }
    Ok(())
}

fn trials(reports: &[&Report], engine: Engine, check: Check) -> String {
    let on_it = reports
        .iter()
        .filter(|report| report.campaign.engine == engine);
    let trials = on_it
        .map(|report| report.totals.distinct.trials(check))
        .sum();
    grouped(trials)
}

/// The planted bugs, each with the check that had to find it.
pub(super) fn tell_planted(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## Bugs that were planted\n")?;
    writeln!(
        f,
        "A check that finds nothing is worth nothing unless it would find something. So bugs are planted, one at a time; a \
         campaign ends when it has found its bug for what it is.\n"
    )?;
    writeln!(
        f,
        "| bug | campaign | store | must be found | found | first finding after |"
    )?;
    writeln!(f, "| --- | --- | --- | --- | --- | ---: |")?;
    for report in reports {
        let campaign = &report.campaign;
        let Some(sabotage) = campaign.sabotage else {
            continue;
        };
        let (failure, subject) = sabotage.shows_as().words();
        let found = if report.is_as_expected() {
            "yes"
        } else {
            "**no**"
        };
        writeln!(
            f,
            "| {} | {} | {} | {failure}, of {subject} | {found} | {:.1} s |",
            sabotage.name(),
            campaign.kind,
            campaign.engine,
            report.duration.as_secs_f64()
        )?;
    }
    Ok(())
}

/// What was found that nobody planted.
pub(super) fn tell_findings(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    for report in reports {
        let findings = &report.totals.checks.findings;
        if findings.is_empty() {
            continue;
        }
        writeln!(f, "\n## Found by `{}`\n", report.campaign.command())?;
        for Finding { check, text } in findings.iter().take(SHOWN) {
            writeln!(f, "- {check:?}: {text}")?;
        }
        if findings.len() > SHOWN {
            writeln!(f, "- and {} more", findings.len() - SHOWN)?;
        }
        if let Some(kept) = &report.kept {
            writeln!(f, "\nThe databases are kept in {}", kept.display())?;
        }
    }
    Ok(())
}
