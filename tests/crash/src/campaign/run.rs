//! One campaign as it goes on: file after file, kill after kill.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::Campaign;
use super::plan::Kill;
use super::site::Site;
use crate::random::Random;
use crate::report::Totals;
use crate::sabotage::Sabotage;
use crate::{Failure, database};

/// Kills on one file before the next is begun: after each kill all of the file is looked at.
const KILLS_PER_FILE: u64 = 56;
/// After so many kills there is one more, on a file that does not exist yet.
const FRESH_EVERY: u64 = 7;

pub(super) struct Run<'a> {
    pub campaign: &'a Campaign,
    pub runtime: Runtime,
    pub totals: Totals,
    directory: TempDir,
    files: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(campaign: &'a Campaign) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        Ok(Self {
            campaign,
            runtime,
            totals: Totals::default(),
            directory: tempfile::tempdir()?,
            files: 0,
        })
    }

    /// Carries out the plan, up to the first finding that counts: what comes after it says nothing new.
    pub(super) fn all_kills(&mut self) -> Result<(), Failure> {
        let random = Random::new(self.campaign.seed);
        let alone = self.campaign.sabotage.is_some();
        let mut site = self.fresh_site();
        for number in 0..self.campaign.kills {
            let mut random = random.fork(number);
            if number > 0 && number % self.kills_per_file() == 0 {
                let full = std::mem::replace(&mut site, self.fresh_site());
                full.close(self);
            }
            let kill = Kill::draw(&mut random, alone);
            site.strike(&kill, &mut random, self)?;
            if number % FRESH_EVERY == FRESH_EVERY - 1 {
                let mut fresh = self.fresh_site();
                let kill = Kill::while_migrating(&mut random, alone);
                fresh.strike(&kill, &mut random, self)?;
                fresh.close(self);
            }
            if self.is_told_enough() {
                break;
            }
        }
        site.close(self);
        Ok(())
    }

    /// The figures, and where the files are if something was found in them that nobody had planted.
    pub(super) fn end(self) -> (Totals, Option<PathBuf>) {
        let surprise = self.has_findings() && self.campaign.sabotage.is_none();
        let kept = surprise.then(|| self.directory.keep());
        (self.totals, kept)
    }

    /// Whether something was found that nobody planted, or that which was.
    fn is_told_enough(&self) -> bool {
        match self.campaign.sabotage {
            Some(sabotage) => self.totals.checks.found(sabotage.shows_as()) > 0,
            None => self.has_findings(),
        }
    }

    fn has_findings(&self) -> bool {
        !self.totals.checks.findings.is_empty()
    }

    fn fresh_site(&mut self) -> Site {
        self.files += 1;
        Site::new(database::fresh(self.directory.path(), self.files))
    }

    fn kills_per_file(&self) -> u64 {
        let fresh = self
            .campaign
            .sabotage
            .is_some_and(Sabotage::wants_fresh_files);
        if fresh { 1 } else { KILLS_PER_FILE }
    }
}
