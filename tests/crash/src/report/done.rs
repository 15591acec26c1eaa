//! What was done, and what the applications were told.

use std::fmt;

use super::{Report, Totals, grouped};
use crate::campaign::Kind;

pub(super) fn tell(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## What was done\n")?;
    writeln!(
        f,
        "Up to 32 clients in each process send commands to the same ten accounts: deposits, transfers from one account to \
         another, commands of several events and of none, retries of their own commands and of those of other processes. \
         All this is told to the harness, which lives on, and is compared with the log after each trial.\n"
    )?;
    writeln!(f, "| campaign | store | what was done | seconds |")?;
    writeln!(f, "| --- | --- | --- | ---: |")?;
    for report in reports {
        let campaign = &report.campaign;
        let seconds = report.duration.as_secs_f64();
        write!(f, "| {} | {} | ", campaign.kind, campaign.engine)?;
        tell_blows(f, campaign.kind, &report.totals)?;
        writeln!(f, " | {seconds:.0} |")?;
    }
    writeln!(f, "\n## What the applications were told\n")?;
    writeln!(
        f,
        "Commands without an answer are those of a process that was killed, and those whose outcome the library did not know. \
         All of them were sent again afterwards, under their ids.\n"
    )?;
    writeln!(
        f,
        "| campaign | store | sent | acknowledged | as retries | rejected | not taken | unknown | without an answer | of \
         these in effect |"
    )?;
    writeln!(
        f,
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    // What is asked for in the other is told with the sagas.
    let commands = reports
        .iter()
        .filter(|report| report.campaign.kind != Kind::Volume);
    for report in commands {
        let Totals { count, kills, .. } = &report.totals;
        let figures = [
            count.sent,
            count.acked,
            count.duplicates,
            count.rejected,
            count.not_taken,
            count.unknown,
            kills.unanswered,
            kills.unanswered_in_effect,
        ];
        let figures = figures.map(grouped).join(" | ");
        let campaign = &report.campaign;
        writeln!(f, "| {} | {} | {figures} |", campaign.kind, campaign.engine)?;
    }
    Ok(())
}

fn tell_blows(f: &mut fmt::Formatter<'_>, kind: Kind, totals: &Totals) -> fmt::Result {
    let (kills, blows) = (&totals.kills, &totals.blows);
    match kind {
        Kind::Kills => write!(
            f,
            "{} processes killed: {} before the store was open, {} of these on a new database; {} beside a process that \
             went on",
            grouped(kills.total),
            kills.before_open,
            kills.before_tables,
            kills.with_company
        ),
        Kind::Rivals => write!(
            f,
            "{} processes in twos and threes; {} killed",
            grouped(blows.rivals),
            kills.total
        ),
        Kind::Stops if blows.stops_with_lock > 0 => write!(
            f,
            "one of two processes stopped {} times; {} of these with the lock of the file, so that the other had to wait",
            grouped(blows.stops),
            blows.stops_with_lock
        ),
        Kind::Stops => write!(
            f,
            "one of two processes stopped {} times; the other went on each time",
            grouped(blows.stops)
        ),
        Kind::Cuts => write!(
            f,
            "{} connections cut at a commit or at its answer; the network down, mute or slow {} times",
            grouped(blows.cuts),
            blows.outages
        ),
        Kind::Volume => write!(
            f,
            "{} processes killed: {} before the store was open",
            grouped(kills.total),
            kills.before_open
        ),
        Kind::Power => write!(f, "the power failed {} times", grouped(blows.power)),
        Kind::Servers => write!(f, "the server killed {} times", grouped(blows.servers)),
        Kind::Backends => write!(
            f,
            "{} connections ended by the server",
            grouped(blows.backends)
        ),
    }
}
