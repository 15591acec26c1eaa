//! Many trials of one kind, and what they came to.

mod command;
mod cuts;
mod kills;
mod kind;
mod listen;
mod plan;
mod power;
mod process;
mod profile;
mod recovery;
mod rivals;
mod run;
mod servers;
mod site;
mod stops;
mod system;
mod takeover;
mod volume;

use std::path::PathBuf;
use std::time::Instant;

use crate::Failure;
use crate::database::Engine;
use crate::random::Random;
use crate::report::Report;
use crate::sabotage::Sabotage;
pub use command::main;
pub use kind::Kind;
use run::Run;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The program that is the child: the one of this package.
    pub program: PathBuf,
    /// What is done.
    pub kind: Kind,
    /// On which store.
    pub engine: Engine,
    /// How often: kills of processes on growing databases, and one in seven more on a database of its own; or rounds; or
    /// transfers.
    pub trials: u64,
    /// Gives the same plan again. The moments still fall as the machine runs.
    pub seed: u64,
    /// The bug to plant. The campaign ends when it is found; without one, at the first finding.
    pub sabotage: Option<Sabotage>,
}

/// A seed that nobody chose.
#[must_use]
pub fn random_seed() -> u64 {
    let (_, random) = uuid::Uuid::now_v7().as_u64_pair();
    // Short enough to be typed again.
    Random::new(random).below(1 << 32)
}

impl Campaign {
    /// What to type to run it.
    #[must_use]
    pub fn command(&self) -> String {
        let Self {
            kind, trials, seed, ..
        } = self;
        let engine = self.engine.name();
        let planted = self.sabotage.map(Sabotage::name);
        let sabotage = planted.map_or(String::new(), |name| format!(" --sabotage {name}"));
        format!(
            "cargo run --release -p torture -- --kind {kind} --store {engine} --trials {trials} --seed {seed}{sabotage}"
        )
    }

    /// Tries, checks, and tries again. None if the store is not here, which is said on standard error.
    ///
    /// # Errors
    /// If the harness itself cannot go on. What is wrong with the store is in the report.
    pub fn run(&self) -> Result<Option<Report>, Failure> {
        let start = Instant::now();
        let Some(mut run) = Run::new(self)? else {
            return Ok(None);
        };
        let version = run.runtime.block_on(run.ground.version())?;
        run.all_trials()?;
        let (totals, kept) = run.end();
        Ok(Some(Report {
            campaign: self.clone(),
            totals,
            engine: format!("{} {version}", self.engine),
            duration: start.elapsed(),
            kept,
        }))
    }
}
