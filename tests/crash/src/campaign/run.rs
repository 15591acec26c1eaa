//! One campaign as it goes on: database after database, trial after trial.

use std::path::PathBuf;

use tokio::runtime::Runtime;

use super::kind::Kind;
use super::site::Site;
use super::{Campaign, power};
use crate::Failure;
use crate::database::Ground;
use crate::random::Random;
use crate::read_models::ReadModels;
use crate::report::Totals;
use crate::sabotage::Sabotage;
use crate::transfers::Transfers;

/// After so many kills there is one more, on a file that does not exist yet.
const FRESH_EVERY: u64 = 7;

pub(super) struct Run<'a> {
    pub campaign: &'a Campaign,
    pub runtime: Runtime,
    pub totals: Totals,
    pub ground: Ground,
    databases: usize,
}

impl<'a> Run<'a> {
    /// None if the store that is asked for is not here.
    pub(super) fn new(campaign: &'a Campaign) -> Result<Option<Self>, Failure> {
        if campaign.kind == Kind::Power && !power::is_possible() {
            return Ok(None);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let is_killed = campaign.kind == Kind::Servers;
        let ground = runtime.block_on(Ground::find(campaign.engine, is_killed))?;
        Ok(ground.map(|ground| Self {
            campaign,
            runtime,
            totals: Totals::default(),
            ground,
            databases: 0,
        }))
    }

    /// Carries out the plan, up to the first finding that counts: what comes after it says nothing new.
    pub(super) fn all_trials(&mut self) -> Result<(), Failure> {
        let random = Random::new(self.campaign.seed);
        let mut site = self.fresh_site()?;
        let strikes = match self.campaign.kind {
            // Its trials are transfers, and all are of one strike.
            Kind::Volume => 1,
            _ => self.campaign.trials,
        };
        for number in 0..strikes {
            let mut random = random.fork(number);
            if number > 0 && number % self.trials_per_database() == 0 {
                let full = std::mem::replace(&mut site, self.fresh_site()?);
                full.close(self);
            }
            site.strike(&mut random, self)?;
            if self.campaign.kind == Kind::Kills && number % FRESH_EVERY == FRESH_EVERY - 1 {
                let mut fresh = self.fresh_site()?;
                fresh.strike_fresh(&mut random, self)?;
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
    pub(super) fn end(mut self) -> (Totals, Option<PathBuf>) {
        let surprise = self.has_findings() && self.campaign.sabotage.is_none();
        let kept = if surprise { self.ground.keep() } else { None };
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

    fn fresh_site(&mut self) -> Result<Site, Failure> {
        self.databases += 1;
        let address = self.ground.fresh(self.databases);
        let address = self.runtime.block_on(address)?;
        Ok(Site::new(address, self.read_models(), self.transfers()))
    }

    fn transfers(&self) -> Transfers {
        if self.campaign.kind == Kind::Volume {
            Transfers::Alone
        } else if self.campaign.sabotage.is_none_or(Sabotage::transfers) {
            Transfers::Beside
        } else {
            Transfers::None
        }
    }

    /// Those that the bug is about; without one, each other database has one that appends fold.
    fn read_models(&self) -> ReadModels {
        match self.campaign.sabotage {
            Some(sabotage) => sabotage.read_models(),
            None if self.campaign.kind == Kind::Volume => ReadModels::None,
            None if self.databases.is_multiple_of(2) => ReadModels::All,
            None => ReadModels::Later,
        }
    }

    fn trials_per_database(&self) -> u64 {
        let fresh = self
            .campaign
            .sabotage
            .is_some_and(Sabotage::wants_fresh_files);
        if fresh {
            1
        } else {
            self.campaign.kind.trials_per_database()
        }
    }
}
