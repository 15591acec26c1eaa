//! Nothing but transfers, as many as are wanted, and kill after kill.

use gesta::App;

use super::plan::{Event, Moment, delay};
use super::recovery::{LEASES_RUN_OUT, release_all};
use super::run::Run;
use super::site::Site;
use crate::check::{Sagas, Tally};
use crate::random::Random;
use crate::transfers::{Fund, LIMIT, Transfers, carry_out as carry_out_transfers};
use crate::{Failure, database};

/// How many lives a long run has, more or less.
const LIVES: u64 = 70;
/// How many transfers are asked for in a life, at least, on average.
const LEAST: u64 = 300;
/// One life in so many ends while the process starts.
const AT_START: u64 = 8;

/// One life after another, until so many transfers have ended. What they left in the log is read after each, and each event
/// once; the last look reads all of it again.
pub(super) fn carry_out(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
) -> Result<(), Failure> {
    let wanted = run.campaign.trials;
    let asked = 2 * LEAST.max(wanted / LIVES);
    run.runtime.block_on(fund(&site.address))?;
    let (mut sagas, mut tally) = (Sagas::default(), Tally::default());
    while sagas.ended() < wanted && tally.findings.is_empty() {
        let mut process = site.start(run, random.number())?;
        process.await_moment(moment(random, asked), &mut site.ledger)?;
        let process = process.kill(&mut site.ledger)?;
        run.totals.kills.count(process.opened, false, false);
        site.lives += 1;
        let is_released = !random.one_in(LEASES_RUN_OUT);
        let look = look(&site.address, is_released, &mut sagas, &mut tally);
        run.runtime.block_on(look)?;
        run.totals.transfers.left += sagas.left();
    }
    run.totals.checks.add(&tally);
    Ok(())
}

/// Half of what a wallet takes, so that as many transfers fail for want of money as for want of room.
async fn fund(address: &str) -> Result<(), Failure> {
    let store = database::open_beside(address).await?;
    let app = carry_out_transfers(App::builder().store(store))
        .start()
        .await?;
    let cents = LIMIT.cast_unsigned() / 2;
    for wallet in 0..Transfers::Alone.wallets() {
        app.send(wallet, Fund { cents }).await?;
    }
    Ok(app.shutdown().await?)
}

fn moment(random: &mut Random, asked: u64) -> Moment {
    if random.one_in(AT_START) {
        return Moment::at_start(random, 14);
    }
    Moment {
        after: Event::Answers(1 + random.below(asked)),
        delay: delay(random, 15),
    }
}

async fn look(
    address: &str,
    is_released: bool,
    sagas: &mut Sagas,
    tally: &mut Tally,
) -> Result<(), Failure> {
    database::settle(address).await?;
    if is_released {
        let store = database::open_beside(address).await?;
        release_all(&*store).await?;
        store.close().await?;
    }
    sagas.read_on(address, tally).await
}
