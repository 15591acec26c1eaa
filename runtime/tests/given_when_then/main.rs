//! Given/when/then: what passes, and what a failure says.

#![allow(missing_docs, unreachable_pub, reason = "tests, not an API")]

#[path = "../hand_written.rs"]
mod account;
mod diary;
mod failures;
mod projections;
mod statement;

use std::time::Duration;

use account::{Account, AccountOpened, Open, Refused, Withdraw, Withdrawn};
use diary::{Diary, Note, Noted, Reread};
use gesta::Timestamp;
use gesta::prelude::*;
use gesta::testing::SequentialIds;

/// An account with 100 cents in it.
fn opened() -> AccountOpened {
    AccountOpened {
        owner: "Alice".into(),
    }
}

fn refused(requested: u64, available: u64) -> Refused {
    Refused {
        requested,
        available,
    }
}

fn note(text: &str) -> Note {
    Note {
        text: text.into(),
        lost: 0,
    }
}

#[test]
fn a_command_gives_events() {
    Account::given_nothing()
        .when(Open {
            owner: "Alice".into(),
        })
        .then(opened());
    Account::given(opened())
        .when(Withdraw { cents: 40 })
        .then([Withdrawn { cents: 40 }]);
}

#[test]
fn a_command_is_rejected() {
    Account::given((opened(), Withdrawn { cents: 40 }))
        .when(Withdraw { cents: 70 })
        .rejected(refused(70, 60));
    Account::given((opened(), vec![Withdrawn { cents: 40 }]))
        .when(Withdraw { cents: 70 })
        .rejected_with(|error| assert_eq!(error.to_string(), "70 cents requested, 60 available"));
}

#[test]
fn a_command_meets_an_aggregate_or_none() {
    Account::given(opened())
        .when(Open {
            owner: "Bob".into(),
        })
        .already_exists();
    Account::given_nothing()
        .when(Withdraw { cents: 1 })
        .not_found();
}

#[test]
fn a_command_gives_nothing() {
    Diary::given(Noted::default())
        .when(Reread {})
        .then_nothing();
}

#[test]
fn commands_follow_each_other_on_the_state_they_left() {
    Account::given(opened())
        .when(Withdraw { cents: 60 })
        .then(Withdrawn { cents: 60 })
        .when(Withdraw { cents: 60 })
        .rejected(refused(60, 40))
        .and(Withdrawn { cents: 1 })
        .when(Withdraw { cents: 39 })
        .when(Withdraw { cents: 1 })
        .rejected(refused(1, 0));
}

#[test]
fn the_state_can_be_looked_at() {
    let texts =
        |expected: &'static [&'static str]| move |diary: &Diary| assert_eq!(diary.texts, expected);
    Diary::given_nothing()
        .state(texts(&[]))
        .when(note("dawn"))
        .state(texts(&["dawn"]))
        .when(note("dusk"))
        .accepted()
        .state(texts(&["dawn", "dusk"]));
}

#[test]
fn time_ids_and_people_are_the_tests_own() {
    Diary::given_nothing()
        .id(7)
        .at(Timestamp::from_micros(1_000))
        .after(Duration::from_micros(5))
        .actor("ann")
        .correlation("trip")
        .when(note("dawn"))
        .then(Noted {
            text: "dawn".into(),
            page: SequentialIds::nth(1),
            time: Timestamp::from_micros(1_005),
            diary: "7".into(),
            actor: Some("ann".into()),
            correlation: Some("trip".into()),
            lost: 0,
        });
}

#[test]
fn what_no_test_says_is_always_the_same() {
    Diary::given_nothing().when(note("dawn")).then(Noted {
        text: "dawn".into(),
        page: SequentialIds::nth(1),
        time: Timestamp::from_micros(946_684_800_000_000),
        diary: "1".into(),
        ..Noted::default()
    });
}
