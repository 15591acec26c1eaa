//! What became of read models.

use std::fmt;
use std::time::Duration;

use super::{Report, Views, grouped};
use crate::campaign::Kind;
use crate::read_models::LEASE;

pub(super) fn tell(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## Read models\n")?;
    writeln!(
        f,
        "Each process folds three read models beside what it writes, and on each other database a fourth in its appends; in \
         one life in three they are built anew again and again. After each trial, and at many moments before, all their rows \
         are compared with a fold of the log up to their position. A process holds a read model for {} ms unless it renews \
         that. Where the process that holds one is stopped, another takes it over: the time is that from the stop until it has \
         the lease, and until it has written. On PostgreSQL a process may be stopped in a transaction that appends; nobody has \
         anything to fold then before the server ends that, after two seconds.\n",
        LEASE.as_millis()
    )?;
    writeln!(
        f,
        "| campaign | store | kills | compared, with all rows | of these being built | behind the log | rows | documents read meanwhile | \
         taken over | after: shortest, median, longest | written after |"
    )?;
    writeln!(
        f,
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    let folding = reports
        .iter()
        .filter(|report| report.campaign.kind != Kind::Volume);
    for report in folding {
        let (campaign, totals) = (&report.campaign, &report.totals);
        let Views {
            compared,
            takeovers,
        } = &totals.read_models;
        let figures = [
            totals.kills.total + totals.blows.servers,
            compared.generations,
            compared.building,
            compared.behind,
            compared.rows,
            compared.given,
            takeovers.len() as u64,
        ];
        let figures = figures.map(grouped).join(" | ");
        let claimed = times(takeovers.iter().map(|each| each.claimed));
        let written = times(takeovers.iter().map(|each| each.written));
        writeln!(
            f,
            "| {} | {} | {figures} | {claimed} | {written} |",
            campaign.kind, campaign.engine
        )?;
    }
    Ok(())
}

fn times(takeovers: impl Iterator<Item = Duration>) -> String {
    let mut sorted: Vec<_> = takeovers.collect();
    sorted.sort_unstable();
    let median = sorted.get(sorted.len() / 2);
    let Some(((first, median), last)) = sorted.first().zip(median).zip(sorted.last()) else {
        return String::new();
    };
    let [first, median, last] = [first, median, last].map(Duration::as_millis);
    format!("{first}, {median}, {last} ms")
}
