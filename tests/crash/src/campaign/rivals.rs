//! Two or three processes on the same accounts.

use super::kills::pause;
use super::plan::delay;
use super::process::Process;
use super::recovery::Counted;
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::check::Check;
use crate::clock::Instant;
use crate::random::Random;

/// One round: all of them write for a while, then one may be killed, and the others write on.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let count = 2 + random.below(2);
    let started = (0..count).map(|_| site.start(run, random.number()));
    let mut rivals = started.collect::<Result<Vec<_>, _>>()?;
    site.follow(run, &mut rivals)?;
    run.totals.blows.rivals += count;
    goes_on(&mut rivals, site, counted)?;
    pause(delay(random, 19));
    if random.one_in(2)
        && let Some(rival) = rivals.pop()
    {
        let killed = rival.kill(&mut site.ledger)?;
        run.totals.kills.count(killed.opened, false, true);
        goes_on(&mut rivals, site, counted)?;
    }
    end(rivals, site, counted)
}

/// Each of them is answered from now on.
pub(super) fn goes_on(
    rivals: &mut [Process],
    site: &mut Site,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let now = Instant::now();
    for rival in rivals {
        let answered = rival.go_on(now, &mut site.ledger);
        let well = answered.is_ok();
        counted
            .once
            .hold(Check::Survivor, well, || format!("{answered:?}"));
        answered?;
    }
    Ok(())
}

/// Each of them is told to end, and answers what it was sent.
pub(super) fn end(
    rivals: Vec<Process>,
    site: &mut Site,
    counted: &mut Counted,
) -> Result<(), Failure> {
    for rival in rivals {
        let well = rival.stop(&mut site.ledger)?;
        counted.once.hold(Check::Survivor, well, || {
            "it ended with an error, or without an answer".to_owned()
        });
    }
    Ok(())
}
