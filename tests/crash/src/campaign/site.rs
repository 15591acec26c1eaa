//! One database, its ledger, and one life after another that ends on it.

use std::path::Path;

use super::kind::Kind;
use super::plan::Kill;
use super::process::Process;
use super::recovery::{self, Counted};
use super::run::Run;
use super::{cuts, kills, power, rivals, servers, stops, volume};
use crate::Failure;
use crate::check::{Check, Follower, Reader, Seen, Tally, Watched};
use crate::ledger::Ledger;
use crate::random::Random;
use crate::read_models::ReadModels;
use crate::transfers::Transfers;

/// So many lives send the same common commands: each but the first meets them as retries.
const LIVES_IN_COMMON: u64 = 3;

pub(super) struct Site {
    pub(super) address: String,
    pub(super) ledger: Ledger,
    pub(super) lives: u64,
    pub(super) read_models: ReadModels,
    /// What part transfers have in what is done.
    pub(super) transfers: Transfers,
    /// Reads while others write.
    follower: Option<Follower>,
    /// Asks read models meanwhile.
    reader: Option<Reader>,
    seen: Seen,
}

impl Site {
    pub(super) fn new(address: String, read_models: ReadModels, transfers: Transfers) -> Self {
        Self {
            address,
            read_models,
            transfers,
            reader: None,
            ledger: Ledger::default(),
            lives: 0,
            follower: None,
            seen: Seen::default(),
        }
    }

    /// One life of the campaign's kind, and a look at what is left.
    pub(super) fn strike(&mut self, random: &mut Random, run: &mut Run<'_>) -> Result<(), Failure> {
        let mut counted = Counted::default();
        match run.campaign.kind {
            Kind::Kills => {
                let kill = Kill::draw(random, run.campaign.sabotage.is_some());
                let seeds = [random.number(), random.number()];
                kills::live(self, &kill, run, &mut counted, seeds)?;
            }
            Kind::Rivals => rivals::live(self, random, run, &mut counted)?,
            Kind::Stops => stops::live(self, random, run, &mut counted)?,
            Kind::Servers => servers::live(self, random, run, &mut counted)?,
            Kind::Cuts => cuts::live(self, random, run, &mut counted)?,
            Kind::Power => power::live(self, random, run, &mut counted)?,
            Kind::Volume => return volume::carry_out(self, random, run),
            Kind::Backends => servers::live_without_backends(self, random, run, &mut counted)?,
        }
        self.recover(random, run, counted)
    }

    /// One life that ends while the tables are made.
    pub(super) fn strike_fresh(
        &mut self,
        random: &mut Random,
        run: &mut Run<'_>,
    ) -> Result<(), Failure> {
        let mut counted = Counted::default();
        let kill = Kill::while_migrating(random, run.campaign.sabotage.is_some());
        let seeds = [random.number(), random.number()];
        kills::live(self, &kill, run, &mut counted, seeds)?;
        self.recover(random, run, counted)
    }

    pub(super) fn recover(
        &mut self,
        random: &mut Random,
        run: &mut Run<'_>,
        mut counted: Counted,
    ) -> Result<(), Failure> {
        self.lives += 1;
        let mut watched = Watched::default();
        if let Some(reader) = self.reader.take() {
            watched.add(run.runtime.block_on(reader.end())?);
        }
        let what = (self.read_models, self.transfers.are_carried_out());
        let address = self.address.as_str();
        let recovery = recovery::recover(
            (address, what),
            &mut self.ledger,
            random,
            &mut counted,
            watched,
        );
        let recovered = run.runtime.block_on(recovery);
        counted
            .once
            .hold(Check::Opens, recovered.is_ok(), || format!("{recovered:?}"));
        if let Some(follower) = self.follower.take() {
            let end = follower.end(&mut self.seen, &mut counted.once);
            run.runtime.block_on(end)?;
        }
        let totals = &mut run.totals;
        totals.kills.unanswered += counted.unanswered;
        totals.kills.unanswered_in_effect += counted.unanswered_in_effect;
        totals.read_models.compared.add(counted.compared);
        totals.transfers.left += counted.left;
        totals.checks.add(&counted.looks);
        totals.checks.add(&counted.once);
        totals.distinct.add(&counted.once);
        Ok(())
    }

    /// A last look, which meets everything once: the others have met the same again and again.
    pub(super) fn close(self, run: &mut Run<'_>) {
        let mut tally = Tally::default();
        let look = recovery::look(
            (&self.address, self.transfers.are_carried_out()),
            &self.ledger,
            &self.seen,
            &mut tally,
        );
        match run.runtime.block_on(look) {
            Ok(carried_out) => run.totals.transfers.carried_out.add(carried_out),
            Err(failure) => tally.hold(Check::Opens, false, || failure.to_string()),
        }
        run.totals.checks.add(&tally);
        run.totals.distinct.add(&tally);
        run.totals.count.add(self.ledger.count);
    }

    pub(super) fn start(&self, run: &Run<'_>, seed: u64) -> Result<Process, Failure> {
        self.start_at(run, seed, &self.address)
    }

    /// The same, by way of another address.
    pub(super) fn start_at(
        &self,
        run: &Run<'_>,
        seed: u64,
        address: &str,
    ) -> Result<Process, Failure> {
        let common = run.campaign.seed.wrapping_add(self.lives / LIVES_IN_COMMON);
        let what = (self.read_models, self.transfers);
        Process::start(run.campaign, address, what, [seed, common], None)
    }

    /// The same, and each of its writes is traced into this file.
    pub(super) fn start_traced(
        &self,
        run: &Run<'_>,
        seed: u64,
        trace: &Path,
    ) -> Result<Process, Failure> {
        let seeds = [seed, run.campaign.seed];
        let what = (self.read_models, self.transfers);
        Process::start(run.campaign, &self.address, what, seeds, Some(trace))
    }

    /// Where the file is, if the database is a file.
    pub(super) fn path(&self) -> Result<String, Failure> {
        let path = self.address.strip_prefix("sqlite:").ok_or("no file")?;
        Ok(path.to_owned())
    }

    /// Has a reader follow the log from now on, once the tables are there.
    pub(super) fn follow(
        &mut self,
        run: &Run<'_>,
        processes: &mut [Process],
    ) -> Result<(), Failure> {
        if let Some(process) = processes.first_mut() {
            process.await_open(&mut self.ledger)?;
        }
        let start = Follower::start(self.address.clone(), &self.seen);
        self.follower = Some(run.runtime.block_on(start)?);
        self.ask(run)
    }

    /// Has a reader ask read models from now on; the tables are there.
    pub(super) fn ask(&mut self, run: &Run<'_>) -> Result<(), Failure> {
        let random = Random::new(run.campaign.seed).fork(self.lives);
        let start = Reader::start(self.address.clone(), random);
        self.reader = Some(run.runtime.block_on(start)?);
        Ok(())
    }
}
