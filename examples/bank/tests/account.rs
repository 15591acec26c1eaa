//! What the account does, told in its own events.

#![allow(missing_docs, reason = "tests, not an API")]

use bank::account::{
    Account, AccountFrozen, AccountOpened, Deposit, Deposited, Freeze, Open, Refund, Refused,
    Withdraw, Withdrawn,
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

fn withdraw(cents: u64) -> Withdraw {
    Withdraw {
        cents,
        memo: "rent".into(),
    }
}

fn withdrawn(cents: u64) -> Withdrawn {
    Withdrawn {
        cents,
        memo: "rent".into(),
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
    Account::given_nothing().when(withdraw(1)).not_found();
}

#[test]
fn money_comes_in_and_goes_out() {
    Account::given(opened())
        .when(Deposit { cents: 100 })
        .then(Deposited { cents: 100 })
        .when(withdraw(100))
        .then(withdrawn(100))
        .state(|account| assert_eq!(account.balance, 0));
}

#[test]
fn nobody_withdraws_more_than_there_is() {
    Account::given((opened(), Deposited { cents: 100 }, withdrawn(30)))
        .when(withdraw(71))
        .rejected(Refused::InsufficientFunds {
            cents: 71,
            available: 70,
        });
}

#[test]
fn a_frozen_account_gives_and_takes_nothing_but_what_is_put_back() {
    Account::given((opened(), Deposited { cents: 100 }))
        .when(Freeze {})
        .then(AccountFrozen {})
        .when(Deposit { cents: 1 })
        .rejected(Refused::Frozen)
        .when(withdraw(1))
        .rejected(Refused::Frozen)
        .when(Refund { cents: 5 })
        .then(Deposited { cents: 5 })
        .state(|account| assert_eq!(account.balance, 105));
}

/// 51 lines before there were memos; 2 for the field and its version, 4 for the parameter and what it is to older commands;
/// 21 for what a saga needs of it, to be refused and to put back: frozen accounts (17) and `refund` (4).
#[test]
fn the_account_has_not_grown() {
    let lines = include_str!("../src/account.rs").lines();
    let code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    assert_eq!(lines.filter(code).count(), 78);
}
