//! All campaigns, one after another.

use std::path::Path;
use std::str::FromStr;

use super::{Campaign, Kind};
use crate::Failure;
use crate::database::Engine;
use crate::report::Reports;
use crate::sabotage::Sabotage;

/// How many trials a planted bug gets, at most.
const PLANTED_TRIALS: u64 = 60;

/// How long a run of all campaigns is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// As in the tests.
    Test,
    /// As before a release.
    Release,
}

impl Profile {
    /// Runs each campaign that there is, then plants each bug.
    pub fn run(self, program: &Path, seed: u64) -> Result<Reports, Failure> {
        let mut reports = Vec::new();
        for campaign in self.campaigns(program, seed) {
            eprintln!("{}", campaign.command());
            reports.extend(campaign.run()?);
        }
        Ok(Reports {
            command: format!("cargo run --release -p torture -- --profile {self} --seed {seed}"),
            seed,
            reports,
        })
    }

    fn campaigns(self, program: &Path, seed: u64) -> Vec<Campaign> {
        let of = |kind: Kind, engine, sabotage: Option<Sabotage>| Campaign {
            program: program.to_owned(),
            kind,
            engine,
            trials: match sabotage {
                Some(_) => PLANTED_TRIALS,
                None => kind.trials(engine, self == Self::Release),
            },
            seed,
            sabotage,
        };
        let kinds = Kind::ALL.into_iter().flat_map(|kind| {
            let engines = Engine::ALL
                .into_iter()
                .filter(move |engine| kind.is_for(*engine));
            engines.map(move |engine| of(kind, engine, None))
        });
        let planted = Sabotage::ALL
            .into_iter()
            .map(|sabotage| of(sabotage.kind(), sabotage.engine(), Some(sabotage)));
        kinds.chain(planted).collect()
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Test => "test",
            Self::Release => "release",
        })
    }
}

impl FromStr for Profile {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        match name {
            "test" => Ok(Self::Test),
            "release" => Ok(Self::Release),
            _ => Err(format!("`{name}` is no profile; known are test, release").into()),
        }
    }
}
