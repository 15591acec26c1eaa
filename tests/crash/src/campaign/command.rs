//! From the command line to a report.

use super::profile::Profile;
use super::{Campaign, Kind, random_seed};
use crate::Failure;
use crate::arguments::Arguments;
use crate::database::Engine;
use crate::sabotage::Sabotage;

/// What says that one campaign is wanted, and not all.
const ONE: [&str; 5] = ["kind", "store", "trials", "kills", "sabotage"];

/// Runs what the command line asks for and prints the report; `false` if something was found that nobody planted, or a
/// planted bug was not.
///
/// # Errors
/// If the arguments are wrong, or the harness itself cannot go on.
pub fn main(words: impl Iterator<Item = String>) -> Result<bool, Failure> {
    let known: Vec<_> = ONE.into_iter().chain(["profile", "seed"]).collect();
    let arguments = Arguments::parse(words, &known)?;
    let seed = arguments.get("seed")?.unwrap_or_else(random_seed);
    let profile = arguments.get::<Profile>("profile")?;
    let one = ONE.into_iter().find(|name| arguments.has(name));
    match (profile, one) {
        (Some(_), Some(name)) => {
            Err(format!("--profile runs all campaigns, --{name} is for one").into())
        }
        (None, Some(_)) => {
            let campaign = campaign(&arguments, seed)?;
            // Said first, so that it is known also if the harness does not come to its end.
            eprintln!("{}", campaign.command());
            let report = campaign.run()?.ok_or("nothing was done")?;
            print!("{report}");
            Ok(report.is_as_expected())
        }
        (profile, None) => {
            let profile = profile.unwrap_or(Profile::Release);
            let reports = profile.run(&std::env::current_exe()?, seed)?;
            print!("{reports}");
            Ok(reports.are_as_expected())
        }
    }
}

/// The one campaign that is asked for. `--kills 50` is short for `--kind kills --trials 50`.
fn campaign(arguments: &Arguments, seed: u64) -> Result<Campaign, Failure> {
    let sabotage = arguments.get::<Sabotage>("sabotage")?;
    let kind = arguments.get("kind")?.or(sabotage.map(Sabotage::kind));
    let kind = kind.unwrap_or(Kind::Kills);
    let engine = arguments.get("store")?.or(sabotage.map(Sabotage::engine));
    let engine = engine.unwrap_or_else(|| engine_for(kind));
    if !kind.is_for(engine) {
        return Err(format!("there are no {kind} on {engine}").into());
    }
    let trials = match arguments.get("kills")? {
        Some(kills) => Some(kills),
        None => arguments.get("trials")?,
    };
    Ok(Campaign {
        program: std::env::current_exe()?,
        kind,
        engine,
        trials: trials.unwrap_or_else(|| kind.trials(engine, true)),
        seed,
        sabotage,
    })
}

/// The first store on which there is such a campaign.
fn engine_for(kind: Kind) -> Engine {
    let known = Engine::ALL.into_iter().find(|engine| kind.is_for(*engine));
    known.unwrap_or(Engine::Sqlite)
}
