//! What the saga sends, told in events and answers.

#![allow(missing_docs, reason = "tests, not an API")]

use bank::account::{Deposit, Refund, Withdraw};
use bank::move_money::MoveMoney;
use bank::transfer::{
    Cancel, Complete, Request, Transfer, TransferCancelled, TransferCompleted, TransferRequested,
};
use gesta::SagaStatus;
use gesta::prelude::*;

fn requested() -> TransferRequested {
    TransferRequested {
        from: "ada".into(),
        to: "bob".into(),
        cents: 500,
    }
}

fn withdraw() -> Withdraw {
    Withdraw {
        cents: 500,
        memo: String::new(),
    }
}

fn cancel(why: &str, put_back: bool) -> Cancel {
    let why = why.to_owned();
    Cancel { why, put_back }
}

#[test]
fn money_leaves_one_account_and_arrives_on_the_other() {
    MoveMoney::given("t-1", requested())
        .sends(withdraw().to("ada"))
        .accepted("debit")
        .sends(Deposit { cents: 500 }.to("bob"))
        .accepted("credit")
        .sends(Complete {}.to("t-1"))
        .accepted("complete")
        .is(SagaStatus::Completed);
}

#[test]
fn money_that_does_not_arrive_is_put_back() {
    MoveMoney::given("t-1", requested())
        .accepted("debit")
        .rejected("credit", "the account is frozen")
        .sends(Refund { cents: 500 }.to("ada"))
        .accepted("refund")
        .sends(cancel("the account is frozen", true).to("t-1"))
        .accepted("cancel")
        .is(SagaStatus::Compensated);
}

#[test]
fn money_that_did_not_leave_is_not_put_back() {
    MoveMoney::given("t-1", requested())
        .rejected("debit", "not enough")
        .sends(cancel("not enough", false).to("t-1"))
        .accepted("cancel")
        .is(SagaStatus::Compensated);
}

#[test]
fn a_transfer_is_asked_for_once_and_says_what_became_of_it() {
    let request = || Request {
        from: "ada".into(),
        to: "bob".into(),
        cents: 500,
    };
    Transfer::given_nothing()
        .when(request())
        .then(requested())
        .when(request())
        .already_exists();
    Transfer::given(requested())
        .when(Complete {})
        .then(TransferCompleted {});
    let cancelled = TransferCancelled {
        why: "no".into(),
        put_back: true,
    };
    Transfer::given(requested())
        .when(cancel("no", true))
        .then(cancelled)
        .state(|transfer| assert!(transfer.cancelled.is_some()));
}
