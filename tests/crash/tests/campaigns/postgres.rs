//! On servers. Where there is none, these say so, and fail if `CI` is set.

use torture::campaign::Kind;
use torture::database::Engine;

use super::{many_have_ended, nothing_is_found};

#[test]
fn what_a_server_acknowledged_survives_every_kill_of_a_process() {
    if let Some(report) = nothing_is_found(Kind::Kills, Engine::Postgres) {
        assert!(report.totals.kills.total >= 50);
        assert!(report.totals.read_models.rows() > 1_000);
        assert!(report.totals.transfers.requested() > 200);
        assert!(report.totals.transfers.left > 50);
    }
}

#[test]
fn two_and_three_processes_on_a_server_conserve_money() {
    if let Some(report) = nothing_is_found(Kind::Rivals, Engine::Postgres) {
        assert!(report.totals.blows.rivals >= 10);
    }
}

#[test]
fn a_process_goes_on_beside_one_that_is_stopped() {
    if let Some(report) = nothing_is_found(Kind::Stops, Engine::Postgres) {
        assert!(report.totals.blows.stops >= 24);
        assert!(!report.totals.read_models.takeovers.is_empty());
    }
}

#[test]
fn many_transfers_between_many_wallets_on_a_server_end_as_they_say() {
    if let Some(report) = nothing_is_found(Kind::Volume, Engine::Postgres) {
        many_have_ended(&report);
    }
}

#[test]
fn what_was_acknowledged_survives_every_kill_of_the_server() {
    if let Some(report) = nothing_is_found(Kind::Servers, Engine::Postgres) {
        assert!(report.totals.blows.servers >= 10);
    }
}

#[test]
fn connections_that_the_server_ends_do_no_harm() {
    if let Some(report) = nothing_is_found(Kind::Backends, Engine::Postgres) {
        assert!(report.totals.blows.backends >= 40);
    }
}

#[test]
fn connections_that_are_cut_at_a_commit_do_no_harm() {
    if let Some(report) = nothing_is_found(Kind::Cuts, Engine::Postgres) {
        assert!(report.totals.blows.cuts >= 40);
    }
}
