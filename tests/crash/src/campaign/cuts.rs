//! Connections are cut exactly where it hurts: when a commit goes out, and when its answer comes back.

use std::time::Duration;

use gesta_test_postgres::{Cut, Fault, Point, Proxy};
use tokio::time::timeout;

use super::kills::pause;
use super::plan::delay;
use super::recovery::Counted;
use super::rivals::{end, goes_on};
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::random::Random;

/// How many cuts there are in a round, and how many other faults of the network.
const CUTS: u64 = 40;
const OTHERS: u64 = 3;
/// What stands in each statement that writes to the log.
const WRITE: &str = "INSERT INTO";
/// A cut that is not met in this time is never met.
const PATIENCE: Duration = Duration::from_secs(60);

/// One round: two processes that reach the server by way of a proxy, and a proxy that fails them.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let proxy = run.runtime.block_on(Proxy::start(run.ground.listens()?))?;
    let address = proxy.url(&site.address)?;
    let started = (0..2).map(|_| site.start_at(run, random.number(), &address));
    let mut processes = started.collect::<Result<Vec<_>, _>>()?;
    site.follow(run, &mut processes)?;
    goes_on(&mut processes, site, counted)?;
    for _ in 0..CUTS {
        let before = proxy.counts().cuts();
        let cut = Cut::at(point(random)).of(WRITE);
        let met = async {
            proxy.arm(cut).await;
            timeout(PATIENCE, proxy.until(|counts| counts.cuts() > before)).await
        };
        run.runtime.block_on(met)?;
        run.totals.blows.cuts += 1;
        goes_on(&mut processes, site, counted)?;
    }
    for _ in 0..OTHERS {
        run.runtime.block_on(proxy.arm(fault(random)));
        pause(delay(random, 22));
        run.runtime.block_on(proxy.lift())?;
        run.totals.blows.outages += 1;
        goes_on(&mut processes, site, counted)?;
    }
    end(processes, site, counted)
}

fn point(random: &mut Random) -> Point {
    let bytes = 1 + usize::try_from(random.below(16)).unwrap_or(0);
    match random.below(5) {
        0 => Point::BeforeCommit,
        1 => Point::HalfCommit(bytes),
        2 => Point::AfterCommit,
        3 => Point::BeforeAnswer,
        _ => Point::HalfAnswer(bytes),
    }
}

fn fault(random: &mut Random) -> Fault {
    match random.below(4) {
        0 => Fault::Blackhole,
        1 => Fault::Hold,
        2 => Fault::Outage,
        _ => Fault::Delay {
            to_server: delay(random, 13),
            to_client: delay(random, 13),
        },
    }
}
