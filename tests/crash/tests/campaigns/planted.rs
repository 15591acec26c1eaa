//! Bugs are planted, and each is found for what it is: a check that finds none is worth nothing.

use torture::sabotage::Sabotage;

use super::campaign;

/// Plants the bug, and expects that a campaign finds it soon for what it is.
fn is_found(sabotage: Sabotage) {
    let Some(report) = campaign(sabotage.kind(), sabotage.engine(), 60, Some(sabotage)) else {
        return;
    };
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
fn events_left_out_are_found() {
    is_found(Sabotage::DropsSecond);
}

#[test]
fn retries_that_take_effect_are_found() {
    is_found(Sabotage::Forgets);
}

#[test]
fn retries_that_are_taken_for_new_are_found() {
    is_found(Sabotage::BlindLookup);
}

#[test]
fn writes_that_are_denied_are_found() {
    is_found(Sabotage::Denies);
}

#[test]
fn answers_of_a_neighbour_are_found() {
    is_found(Sabotage::Swaps);
}

#[test]
fn refusals_taken_for_writes_are_found() {
    is_found(Sabotage::AcceptsRefused);
}

#[test]
fn snapshots_that_are_not_the_state_are_found() {
    is_found(Sabotage::BendsSnapshots);
}

#[test]
fn snapshots_of_another_version_are_found() {
    is_found(Sabotage::SnapshotsAhead);
}

#[test]
fn decisions_on_a_stale_cache_are_found() {
    is_found(Sabotage::StaleCache);
}

#[test]
fn stale_reads_are_found() {
    is_found(Sabotage::StaleReads);
}

#[test]
fn positions_of_a_sequence_are_found() {
    is_found(Sabotage::Sequence);
}

#[test]
fn answers_before_the_disk_has_it_are_found() {
    is_found(Sabotage::AsyncCommit);
}

#[test]
fn answers_without_a_sync_are_found() {
    is_found(Sabotage::NoSync);
}

#[test]
fn a_position_apart_from_its_rows_is_found() {
    is_found(Sabotage::PositionFirst);
}

#[test]
fn an_event_left_out_between_two_pages_is_found() {
    is_found(Sabotage::SkipsAtPage);
}

#[test]
fn an_inline_fold_apart_from_its_append_is_found() {
    is_found(Sabotage::FoldsApart);
}

#[test]
fn an_owner_that_writes_without_its_lease_is_found() {
    is_found(Sabotage::Unfenced);
}

#[test]
fn documents_of_before_a_lost_lease_are_found() {
    is_found(Sabotage::StaleDocuments);
}

#[test]
fn commits_of_a_saga_that_are_lost_are_found() {
    is_found(Sabotage::DropsSagas);
}

#[test]
fn a_command_of_a_saga_that_takes_effect_twice_is_found() {
    is_found(Sabotage::ForgetsSent);
}

#[test]
fn a_command_that_is_not_closed_is_found() {
    is_found(Sabotage::ForgetsClosed);
}

#[test]
fn decisions_on_a_saga_that_has_gone_on_are_found() {
    is_found(Sabotage::StaleSagas);
}

#[test]
fn a_deadline_by_a_wrong_clock_is_found() {
    is_found(Sabotage::FastClock);
}
