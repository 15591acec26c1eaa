//! One of two processes stands still for a while, as if its machine were asleep, and does not know of it afterwards.

use rustix::process::Signal;

use super::kills::pause;
use super::plan::delay;
use super::recovery::Counted;
use super::rivals::{end, goes_on};
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::random::Random;

/// How often one of them is stopped in a round.
const STOPS: u64 = 8;

/// One round: whichever is stopped, the other goes on meanwhile, and both do afterwards.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let started = (0..2).map(|_| site.start(run, random.number()));
    let mut pair = started.collect::<Result<Vec<_>, _>>()?;
    site.follow(run, &mut pair)?;
    goes_on(&mut pair, site, counted)?;
    for _ in 0..STOPS {
        if random.one_in(2) {
            pair.reverse();
        }
        let Some((stopped, others)) = pair.split_first_mut() else {
            continue;
        };
        pause(delay(random, 15));
        stopped.signal(Signal::STOP)?;
        run.totals.blows.stops += 1;
        if stopped.holds_lock()? {
            // SQLite's lock is the process's: nobody can write until it wakes.
            run.totals.blows.stops_with_lock += 1;
        } else {
            goes_on(others, site, counted)?;
        }
        pause(delay(random, 18));
        stopped.signal(Signal::CONT)?;
        goes_on(&mut pair, site, counted)?;
    }
    end(pair, site, counted)
}
