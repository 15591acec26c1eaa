//! On files.

use torture::campaign::Kind;
use torture::database::Engine;

use super::{many_have_ended, nothing_is_found};

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let report = nothing_is_found(Kind::Kills, Engine::Sqlite).unwrap();
    assert!(report.totals.kills.total >= 100);
    assert!(report.totals.read_models.rows() > 1_000);
    assert!(report.totals.transfers.requested() > 200);
    assert!(report.totals.transfers.left > 50);
}

#[test]
fn two_and_three_processes_conserve_money() {
    let report = nothing_is_found(Kind::Rivals, Engine::Sqlite).unwrap();
    assert!(report.totals.blows.rivals >= 10);
}

#[test]
fn a_process_that_was_stopped_does_no_harm_when_it_wakes() {
    let report = nothing_is_found(Kind::Stops, Engine::Sqlite).unwrap();
    assert!(report.totals.blows.stops >= 24);
    assert!(!report.totals.read_models.takeovers.is_empty());
}

#[test]
fn many_transfers_between_many_wallets_end_as_they_say() {
    let report = nothing_is_found(Kind::Volume, Engine::Sqlite).unwrap();
    many_have_ended(&report);
}

#[test]
fn what_was_acknowledged_was_synced() {
    // Where nothing can be traced it was said, and this is left out.
    if let Some(report) = nothing_is_found(Kind::Power, Engine::Sqlite) {
        assert!(report.totals.blows.power >= 10);
    }
}
