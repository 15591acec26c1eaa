//! One of two processes stands still for a while, as if its machine were asleep, and does not know of it afterwards.

use std::time::Duration;

use rustix::process::Signal;

use super::kills::pause;
use super::listen::Silent;
use super::plan::delay;
use super::process::{PATIENCE, Process};
use super::recovery::Counted;
use super::rivals::{end, goes_on};
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::check::Check;
use crate::clock::Instant;
use crate::random::Random;

/// How often one of them is stopped in a round.
const STOPS: u64 = 8;
/// How long the other may stand still before it is looked who holds the lock.
const LOOK: Duration = Duration::from_millis(200);

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
        if go_on_beside(stopped, others, site, counted)? {
            run.totals.blows.stops_with_lock += 1;
        }
        pause(delay(random, 18));
        stopped.signal(Signal::CONT)?;
        goes_on(&mut pair, site, counted)?;
    }
    end(pair, site, counted)
}

/// The others go on beside the one that stands still, unless it holds the lock: SQLite's is the process's, and nobody can
/// write until it wakes. Says whether it does.
fn go_on_beside(
    stopped: &Process,
    others: &mut [Process],
    site: &mut Site,
    counted: &mut Counted,
) -> Result<bool, Failure> {
    let (start, since) = (std::time::Instant::now(), Instant::now());
    for other in others {
        let answered = loop {
            match other.go_on_within(since, LOOK, &mut site.ledger) {
                Err(Silent::Hangs) if stopped.holds_lock()? => return Ok(true),
                Err(Silent::Hangs) if start.elapsed() < PATIENCE => {}
                done => break done,
            }
        };
        counted.once.hold(Check::Survivor, answered.is_ok(), || {
            format!("{answered:?}")
        });
        answered?;
    }
    Ok(false)
}
