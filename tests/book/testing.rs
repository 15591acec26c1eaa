use std::time::Duration;

use gesta::prelude::*;
use gesta::testing::{SequentialIds, VirtualClock};

use crate::account::*;
use crate::subscription::{Subscribe, Subscribed, Subscription};

fn opened() -> AccountOpened {
    AccountOpened {
        owner: "Alice".to_owned(),
    }
}

// ANCHOR: given
#[test]
fn nobody_withdraws_more_than_there_is() {
    Account::given((opened(), Deposited { cents: 100 }))
        .when(Withdraw { cents: 150 })
        .rejected(Refused::InsufficientFunds {
            requested: 150,
            available: 100,
        });
}

#[test]
fn money_comes_in_and_goes_out() {
    Account::given(opened())
        .when(Deposit { cents: 100 })
        .then(Deposited { cents: 100 })
        .when(Withdraw { cents: 60 })
        .then(Withdrawn { cents: 60 });
}

#[test]
fn there_is_no_money_in_an_account_that_nobody_opened() {
    Account::given_nothing()
        .when(Withdraw { cents: 1 })
        .not_found();
}
// ANCHOR_END: given

// ANCHOR: time
#[test]
fn a_subscription_begins_when_the_command_is_decided() {
    let noon = gesta::Timestamp::from_micros(1_000_000);
    let later = gesta::Timestamp::from_micros(31_000_000);
    Subscription::given_nothing()
        .at(noon)
        .after(Duration::from_secs(30))
        .when(Subscribe {})
        .then(Subscribed { since: later })
        .when(Subscribe {})
        .then_nothing();
}
// ANCHOR_END: time

// ANCHOR: app
#[tokio::test]
async fn what_a_test_holds_is_what_is_stored() -> Result<(), Box<dyn std::error::Error>> {
    let clock = VirtualClock::default();
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .clock(clock.clone())
        .ids(SequentialIds::default())
        .start()
        .await?;

    clock.advance(Duration::from_secs(90));
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;

    let mut history = bank.history::<Account>("alice");
    let recorded = history.next().await.ok_or("no event")??;
    assert_eq!(recorded.meta.time.to_string(), "2000-01-01T00:01:30Z");
    assert_eq!(recorded.meta.command_id, SequentialIds::nth(1));
    Ok(())
}
// ANCHOR_END: app

// ANCHOR: fails
fn a_test_that_fails() {
    Account::given((opened(), Deposited { cents: 100 }))
        .when(Withdraw { cents: 30 })
        .then(Withdrawn { cents: 40 });
}
// ANCHOR_END: fails

#[test]
fn the_failure_in_the_book_is_what_the_test_prints() {
    let panic = std::panic::catch_unwind(a_test_that_fails).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(message.trim_end(), include_str!("failure.txt").trim_end());
}
