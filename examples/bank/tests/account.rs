//! What the account does, told in its own events.

#![allow(missing_docs, reason = "tests, not an API")]

use bank::account::{
    Account, AccountOpened, Deposit, Deposited, Open, Refused, Withdraw, Withdrawn,
};
use gesta::prelude::*;

fn opened() -> AccountOpened {
    AccountOpened {
        owner: "Ada".into(),
    }
}

fn open() -> Open {
    Open {
        owner: "Ada".into(),
    }
}

#[test]
fn an_account_is_opened_once() {
    Account::given_nothing()
        .when(open())
        .then(opened())
        .when(open())
        .already_exists();
}

#[test]
fn an_account_that_was_not_opened_takes_no_money_and_gives_none() {
    Account::given_nothing()
        .when(Deposit { cents: 1 })
        .not_found();
    Account::given_nothing()
        .when(Withdraw { cents: 1 })
        .not_found();
}

#[test]
fn money_comes_in_and_goes_out() {
    Account::given(opened())
        .when(Deposit { cents: 100 })
        .then(Deposited { cents: 100 })
        .when(Withdraw { cents: 100 })
        .then(Withdrawn { cents: 100 })
        .state(|account| assert_eq!(account.balance, 0));
}

#[test]
fn nobody_withdraws_more_than_there_is() {
    Account::given((opened(), Deposited { cents: 100 }, Withdrawn { cents: 30 }))
        .when(Withdraw { cents: 71 })
        .rejected(Refused::InsufficientFunds {
            cents: 71,
            available: 70,
        });
}

#[test]
fn the_account_has_not_grown() {
    let lines = include_str!("../src/account.rs").lines();
    assert_eq!(lines.filter(|line| !line.trim().is_empty()).count(), 51);
}
