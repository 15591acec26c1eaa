//! One of two processes stands still for a while, as if its machine were asleep, and does not know of it afterwards.

use std::time::Duration;

use rustix::process::Signal;
use tokio::task::JoinHandle;

use super::kills::pause;
use super::listen::Silent;
use super::plan::delay;
use super::process::{PATIENCE, Process};
use super::recovery::Counted;
use super::rivals::{end, goes_on};
use super::run::Run;
use super::site::Site;
use super::takeover::{Holders, Taken};
use crate::Failure;
use crate::check::Check;
use crate::clock::Instant;
use crate::random::Random;
use crate::read_models::LEASE;

/// How often one of them is stopped in a round.
const STOPS: u64 = 8;
/// The same with a bug planted: what two processes do to each other after a long stop is there to be found at once, and a
/// round that goes on with it does so ever more slowly.
const STOPS_PLANTED: u64 = 1;
/// One stop of so many is of the process that holds most read models, and lasts until the other has taken them over.
const LONG_EVERY: u64 = 3;
/// How long the other may stand still before it is looked who holds the lock.
const LOOK: Duration = Duration::from_millis(200);

/// One round: whichever is stopped, the other goes on meanwhile, and both do afterwards.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let mut pair = vec![site.start(run, random.number())?];
    site.follow(run, &mut pair)?;
    let first = pair.first().map(Process::id);
    let holders = Holders::find(run, &site.address)?;
    pair.push(site.start(run, random.number())?);
    goes_on(&mut pair, site, counted)?;
    let stops = match run.campaign.sabotage {
        Some(_) => STOPS_PLANTED,
        None => STOPS,
    };
    for number in 0..stops {
        let is_long = number % LONG_EVERY == 0;
        let is_first = pair.first().map(Process::id) == first;
        let reverses = if is_long {
            !holders.holds_most(run, is_first)?
        } else {
            random.one_in(2)
        };
        if reverses {
            pair.reverse();
        }
        let Some((stopped, others)) = pair.split_first_mut() else {
            continue;
        };
        pause(delay(random, 15));
        stopped.signal(Signal::STOP)?;
        run.totals.blows.stops += 1;
        // With a bug planted it may be anybody's.
        let is_watched = is_long && run.campaign.sabotage.is_none();
        let watch = is_watched.then(|| holders.watch(run, Some(stopped.id()) == first));
        let has_lock = go_on_beside(stopped, others, site, counted)?;
        if has_lock {
            run.totals.blows.stops_with_lock += 1;
        }
        match watch {
            // Nobody can write until it wakes.
            Some(watch) if has_lock => watch.abort(),
            Some(watch) => await_takeover(watch, run, counted)?,
            None if is_long => pause(2 * LEASE),
            None => {}
        }
        pause(delay(random, 18));
        stopped.signal(Signal::CONT)?;
        goes_on(&mut pair, site, counted)?;
    }
    holders.close(run)?;
    end(pair, site, counted)
}

/// The other process takes over what the stopped one holds, also if that is nothing but a lease that has run out.
fn await_takeover(
    watch: JoinHandle<Result<Taken, Failure>>,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let taken = run.runtime.block_on(watch)??;
    for _ in &taken.after {
        counted.once.hold(Check::Survivor, true, String::new);
    }
    for left in taken.left {
        counted.once.hold(Check::Survivor, false, || {
            format!("nobody takes over {left:?}")
        });
    }
    run.totals.read_models.takeovers.extend(taken.after);
    Ok(())
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
