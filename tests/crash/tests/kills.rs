//! A process is killed at random moments under load, and the log holds what it had answered.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use torture::campaign::{Campaign, Kind, random_seed};
use torture::database::Engine;
use torture::report::Report;
use torture::sabotage::Sabotage;

/// Runs a campaign, with the seed that the environment names or one of its own.
fn campaign(trials: u64, sabotage: Option<Sabotage>) -> Report {
    let named = std::env::var("TORTURE_SEED").ok();
    let seed = named.map_or_else(random_seed, |seed| seed.parse().unwrap());
    // Shown if the test fails, whether a check or the harness does.
    println!("to repeat it: TORTURE_SEED={seed} cargo test -p torture");
    let program = env!("CARGO_BIN_EXE_torture").into();
    let campaign = Campaign {
        program,
        kind: sabotage.map_or(Kind::Kills, Sabotage::kind),
        engine: Engine::Sqlite,
        trials,
        seed,
        sabotage,
    };
    let report = campaign.run().unwrap();
    println!("{report}");
    report
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let report = campaign(56, None);
    assert_eq!(report.totals.checks.findings, []);
    assert!(report.totals.kills.total >= 50);
}

/// Plants the bug, and expects that a campaign of a few kills finds it for what it is.
fn is_found(sabotage: Sabotage) {
    let report = campaign(20, Some(sabotage));
    let found = report.totals.checks.found(sabotage.shows_as());
    assert!(found > 0, "{} was not found", sabotage.name());
}

#[test]
fn answers_before_the_write_are_found() {
    is_found(Sabotage::Buffered);
}

#[test]
fn answers_without_a_write_are_found() {
    is_found(Sabotage::Drops);
}

#[test]
fn commands_in_two_transactions_are_found() {
    is_found(Sabotage::Splits);
}

#[test]
fn events_written_twice_are_found() {
    is_found(Sabotage::Doubles);
}

#[test]
fn retries_that_take_effect_are_found() {
    is_found(Sabotage::Forgets);
}

#[test]
fn writes_that_are_denied_are_found() {
    is_found(Sabotage::Denies);
}

#[test]
fn snapshots_that_are_not_the_state_are_found() {
    is_found(Sabotage::BendsSnapshots);
}
