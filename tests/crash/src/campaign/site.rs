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
    /// What the last look counted: it saw everything that the looks before it had seen.
    last: Tally,
}

impl Site {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            ledger: Ledger::default(),
            lives: 0,
            last: Tally::default(),
        }
    }

    pub(super) fn into_figures(self) -> (Tally, Ledger) {
        (self.last, self.ledger)
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
        let look = recovery::look(&self.address, &mut self.ledger, random, &mut counted);
        let looked = run.runtime.block_on(look);
        counted
            .once
            .hold(Check::Opens, looked.is_ok(), || format!("{looked:?}"));
        let totals = &mut run.totals;
        totals.kills.unanswered += counted.unanswered;
        totals.kills.unanswered_in_effect += counted.unanswered_in_effect;
        totals.checks.add(&counted.again);
        totals.checks.add(&counted.once);
        totals.distinct.add(&counted.once);
        self.last = counted.again;
        Ok(())
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
