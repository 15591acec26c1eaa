//! What became of sagas.

use std::fmt;

use super::{Report, grouped};

pub(super) fn tell(f: &mut fmt::Formatter<'_>, reports: &[&Report]) -> fmt::Result {
    if reports.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## Sagas\n")?;
    writeln!(
        f,
        "One third of what clients do is about transfers between ten wallets; in `volume` it is all, between 1,000, until \
         so many have ended. Each is carried out by a saga: a debit, a credit \
         that may be refused twice and has to come about in 4 ms, a refund if it does not. All that the sagas recorded, and \
         all that wallets took, is read from the table and compared event by event: what each sent, what took effect, and \
         what it was answered. After each other trial, and at the end, all of them are carried to their end.\n"
    )?;
    writeln!(
        f,
        "| campaign | store | kills | left under way by trials | transfers | completed | compensated | deadlines missed |"
    )?;
    writeln!(f, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for report in reports {
        let (campaign, totals) = (&report.campaign, &report.totals);
        let carried_out = &totals.transfers.carried_out;
        let figures = [
            totals.kills.total + totals.blows.servers,
            totals.transfers.left,
            carried_out.requested,
            carried_out.completed,
            carried_out.compensated,
            carried_out.timed_out,
        ];
        let figures = figures.map(grouped).join(" | ");
        writeln!(f, "| {} | {} | {figures} |", campaign.kind, campaign.engine)?;
    }
    Ok(())
}
