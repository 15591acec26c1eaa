//! One database, its ledger, and one life after another that ends on it.

use std::time::Duration;

use super::plan::{Company, Event, Kill, Moment};
use super::process::{Process, Silent};
use super::recovery::{self, Counted};
use super::run::Run;
use crate::Failure;
use crate::check::{Check, Tally};
use crate::ledger::Ledger;
use crate::random::Random;

/// How many more answers show that a process goes on.
const GOES_ON: u64 = 40;
/// So many lives send the same common commands: each but the first meets them as retries.
const LIVES_IN_COMMON: u64 = 3;

pub(super) struct Site {
    address: String,
    ledger: Ledger,
    lives: u64,
}

impl Site {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            ledger: Ledger::default(),
            lives: 0,
        }
    }

    /// One life: load, a kill, a look at what is left.
    pub(super) fn strike(
        &mut self,
        kill: &Kill,
        random: &mut Random,
        run: &mut Run<'_>,
    ) -> Result<(), Failure> {
        let mut counted = Counted::default();
        self.live(kill, random, run, &mut counted)?;
        self.lives += 1;
        let recovery = recovery::recover(&self.address, &mut self.ledger, random, &mut counted);
        let recovered = run.runtime.block_on(recovery);
        counted
            .once
            .hold(Check::Opens, recovered.is_ok(), || format!("{recovered:?}"));
        let totals = &mut run.totals;
        totals.kills.unanswered += counted.unanswered;
        totals.kills.unanswered_in_effect += counted.unanswered_in_effect;
        totals.checks.add(&counted.looks);
        totals.checks.add(&counted.once);
        totals.distinct.add(&counted.once);
        Ok(())
    }

    /// A last look, which meets everything once: the others have met the same again and again.
    pub(super) fn close(self, run: &mut Run<'_>) {
        let mut tally = Tally::default();
        let look = recovery::look(&self.address, &self.ledger, &mut tally);
        if let Err(failure) = run.runtime.block_on(look) {
            tally.hold(Check::Opens, false, || failure.to_string());
        }
        run.totals.checks.add(&tally);
        run.totals.distinct.add(&tally);
        run.totals.count.add(self.ledger.count);
    }

    fn live(
        &mut self,
        kill: &Kill,
        random: &mut Random,
        run: &mut Run<'_>,
        counted: &mut Counted,
    ) -> Result<(), Failure> {
        let common = run.campaign.seed.wrapping_add(self.lives / LIVES_IN_COMMON);
        let mut start = || Process::start(run.campaign, &self.address, random.number(), common);
        let mut process = start()?;
        let company = match kill.company {
            Some(company) => Some((company, start()?)),
            None => None,
        };
        process.await_moment(kill.moment, &mut self.ledger)?;
        let process = process.kill(&mut self.ledger)?;
        let kills = &mut run.totals.kills;
        kills.count(process.opened, self.lives == 0, company.is_some());
        if let Some((company, other)) = company {
            let killed = self.go_on(company, other, counted)?;
            killed
                .iter()
                .for_each(|killed| kills.count(killed.opened, false, false));
        }
        Ok(())
    }

    /// The process beside the killed one goes on, and then ends too, one way or the other. Gives it back if it was
    /// killed.
    fn go_on(
        &mut self,
        company: Company,
        mut process: Process,
        counted: &mut Counted,
    ) -> Result<Option<Process>, Failure> {
        let delay = match company {
            Company::Killed(delay) => delay,
            Company::Stopped => Duration::ZERO,
        };
        let after = Event::Answers(GOES_ON);
        match process.await_moment(Moment { after, delay }, &mut self.ledger) {
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
            Company::Killed(_) => (true, Some(process.kill(&mut self.ledger)?)),
            Company::Stopped => (process.stop(&mut self.ledger)?, None),
        };
        counted.once.hold(Check::Survivor, well, || {
            "it ended with an error, or without an answer".to_owned()
        });
        Ok(killed)
    }
}
