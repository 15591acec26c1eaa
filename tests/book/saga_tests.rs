use gesta::SagaStatus;
use gesta::prelude::*;

use crate::account::*;
use crate::move_money::*;

// ANCHOR: given
fn requested() -> TransferRequested {
    TransferRequested {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        cents: 200,
    }
}

#[test]
fn money_that_does_not_arrive_is_put_back() {
    MoveMoney::given("t-1", requested())
        .sends(Withdraw { cents: 200 }.to("alice"))
        .accepted("debit")
        .sends(Deposit { cents: 200 }.to("bob"))
        .after("30s")
        .sends(Deposit { cents: 200 }.to("alice"))
        .accepted("refund")
        .accepted("cancel")
        .is(SagaStatus::Compensated);
}
// ANCHOR_END: given

// ANCHOR: retried
#[test]
fn what_is_refused_is_tried_again() {
    MoveMoney::given("t-1", requested())
        .accepted("debit")
        .rejected("credit", "the account is frozen")
        .is(SagaStatus::Waiting)
        .sends_nothing()
        .after("200ms")
        .sends(Deposit { cents: 200 }.to("bob"))
        .accepted("credit")
        .accepted("complete")
        .is(SagaStatus::Completed);
}
// ANCHOR_END: retried
