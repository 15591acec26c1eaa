//! Processes are killed, stopped and set against each other under load, and the log holds what they had answered.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

mod planted;
mod postgres;
mod sqlite;

use torture::campaign::{Campaign, Kind, random_seed};
use torture::database::Engine;
use torture::report::Report;
use torture::sabotage::Sabotage;

/// Runs a campaign, with the seed that the environment names or one of its own. None where there is no such store.
fn campaign(kind: Kind, engine: Engine, trials: u64, sabotage: Option<Sabotage>) -> Option<Report> {
    let named = std::env::var("TORTURE_SEED").ok();
    let seed = named.map_or_else(random_seed, |seed| seed.parse().unwrap());
    let campaign = Campaign {
        program: env!("CARGO_BIN_EXE_torture").into(),
        kind,
        engine,
        trials,
        seed,
        sabotage,
    };
    // Shown if the test fails, whether a check or the harness does.
    println!("to repeat it: TORTURE_SEED={seed} cargo test -p torture");
    let report = campaign.run().unwrap()?;
    println!("{report}");
    Some(report)
}

/// Runs the short form of a campaign, in which nothing must be found.
fn nothing_is_found(kind: Kind, engine: Engine) -> Option<Report> {
    let report = campaign(kind, engine, kind.trials(engine, false), None)?;
    assert_eq!(report.totals.checks.findings, []);
    Some(report)
}

/// Of all that were asked for some were done, and some undone; kills fell among them.
fn many_have_ended(report: &Report) {
    let transfers = &report.totals.transfers;
    let [completed, compensated] = transfers.ended();
    assert_eq!(completed + compensated, transfers.requested());
    assert!(transfers.requested() >= report.campaign.trials);
    assert!(completed > 200 && compensated > 200);
    assert!(report.totals.kills.total >= 3);
    assert!(transfers.left > 20);
}
