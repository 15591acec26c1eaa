//! One process is killed; the one beside it, if there is one, goes on.

use std::time::Duration;

use super::listen::Silent;
use super::plan::{Company, Kill};
use super::process::Process;
use super::recovery::Counted;
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::check::Check;
use crate::clock::Instant;

/// One life: load, a kill.
pub(super) fn live(
    site: &mut Site,
    kill: &Kill,
    run: &mut Run<'_>,
    counted: &mut Counted,
    seeds: [u64; 2],
) -> Result<(), Failure> {
    let [first, second] = seeds;
    // In each other life, and not before there are tables.
    if site.lives % 2 == 1 {
        site.ask(run)?;
    }
    let mut process = site.start(run, first)?;
    let company = match kill.company {
        Some(company) => Some((company, site.start(run, second)?)),
        None => None,
    };
    process.await_moment(kill.moment, &mut site.ledger)?;
    let process = process.kill(&mut site.ledger)?;
    let kills = &mut run.totals.kills;
    kills.count(process.opened, site.lives == 0, company.is_some());
    if let Some((company, other)) = company {
        let killed = go_on(site, company, other, counted)?;
        killed
            .iter()
            .for_each(|killed| kills.count(killed.opened, false, false));
    }
    Ok(())
}

/// The process beside the killed one goes on, and then ends too, one way or the other. Gives it back if it was
/// killed.
fn go_on(
    site: &mut Site,
    company: Company,
    mut process: Process,
    counted: &mut Counted,
) -> Result<Option<Process>, Failure> {
    match process.go_on(Instant::now(), &mut site.ledger) {
        Ok(()) => {}
        Err(Silent::Garbled(failure)) => return Err(failure),
        Err(silent) => {
            counted
                .once
                .hold(Check::Survivor, false, || silent.to_string());
            return Ok(None);
        }
    }
    let (well, killed) = match company {
        Company::Killed(delay) => {
            pause(delay);
            (true, Some(process.kill(&mut site.ledger)?))
        }
        Company::Stopped => (process.stop(&mut site.ledger)?, None),
    };
    counted.once.hold(Check::Survivor, well, || {
        "it ended with an error, or without an answer".to_owned()
    });
    Ok(killed)
}

/// A moment that the plan draws is a time, and no sign of anything.
pub(super) fn pause(delay: Duration) {
    std::thread::sleep(delay);
}
