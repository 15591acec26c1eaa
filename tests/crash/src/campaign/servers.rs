//! The server is killed while applications write, and comes back; they go on by themselves.

use super::kills::pause;
use super::plan::delay;
use super::recovery::Counted;
use super::rivals::{end, goes_on};
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::database::{Ground, end_a_backend};
use crate::random::Random;

/// How often the server is killed in a round.
const KILLS: u64 = 3;
/// How many connections are ended in a round.
const ENDED: u64 = 12;

/// One round: one or two processes, and a server that dies under them.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let started = (0..1 + random.below(2)).map(|_| site.start(run, random.number()));
    let mut processes = started.collect::<Result<Vec<_>, _>>()?;
    site.follow(run, &mut processes)?;
    goes_on(&mut processes, site, counted)?;
    for _ in 0..KILLS {
        pause(delay(random, 18));
        let Ground::Own(cluster) = &mut run.ground else {
            return Err("a server that others use is not killed".into());
        };
        cluster.kill()?;
        // The applications meet a server that is away, one that recovers, and one that is back.
        pause(delay(random, 18));
        cluster.start_again()?;
        run.totals.blows.servers += 1;
        goes_on(&mut processes, site, counted)?;
    }
    end(processes, site, counted)
}

/// One round: two processes, whose connections end one after another.
pub(super) fn live_without_backends(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let started = (0..2).map(|_| site.start(run, random.number()));
    let mut processes = started.collect::<Result<Vec<_>, _>>()?;
    site.follow(run, &mut processes)?;
    goes_on(&mut processes, site, counted)?;
    for _ in 0..ENDED {
        pause(delay(random, 16));
        let ended = end_a_backend(&site.address, random.number());
        run.totals.blows.backends += run.runtime.block_on(ended)?;
        goes_on(&mut processes, site, counted)?;
    }
    end(processes, site, counted)
}
