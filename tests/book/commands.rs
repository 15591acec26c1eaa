use std::error::Error;
use std::time::Duration;

use gesta::Uuid;
use gesta::{App, Committed, SendError};

use crate::account::*;

/// An app in which `alice` has an account with 500 cents on it.
async fn bank() -> Result<App, Box<dyn Error>> {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .start()
        .await?;
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    bank.send("alice", Deposit { cents: 500 }).await?;
    Ok(bank)
}

#[tokio::test]
async fn a_command_says_more_than_its_fields() -> Result<(), Box<dyn Error>> {
    let (bank, request_id) = (bank().await?, Uuid::from_u128(1));
    // ANCHOR: send
    let done = bank
        .send("alice", Withdraw { cents: 200 })
        .command_id(request_id)
        .correlation("transfer-17")
        .causation("message-4711")
        .actor("teller-3")
        .await?;
    // ANCHOR_END: send
    assert_eq!((done.version, done.position), (3, 3));
    // ANCHOR: history
    let mut history = bank.history::<Account>("alice");
    while let Some(recorded) = history.next().await {
        let recorded = recorded?;
        println!(
            "{} {} {:?}",
            recorded.version, recorded.meta.time, recorded.event
        );
    }
    // ANCHOR_END: history
    Ok(())
}

#[tokio::test]
async fn existence_is_checked_first() -> Result<(), Box<dyn Error>> {
    let bank = bank().await?;
    // ANCHOR: existence
    let owner = "Alice".to_owned();
    let error = bank.send("alice", Open { owner }).await.unwrap_err();
    assert!(matches!(error, SendError::AlreadyExists { .. }));

    let error = bank.send("bob", Deposit { cents: 1 }).await.unwrap_err();
    assert!(matches!(error, SendError::NotFound { .. }));
    // ANCHOR_END: existence
    Ok(())
}

#[tokio::test]
async fn a_retry_takes_effect_once() -> Result<(), Box<dyn Error>> {
    let (bank, request_id) = (bank().await?, Uuid::from_u128(1));
    // ANCHOR: retry
    let withdraw = || Withdraw { cents: 500 };
    let first = bank
        .send("alice", withdraw())
        .command_id(request_id)
        .await?;
    let again = bank
        .send("alice", withdraw())
        .command_id(request_id)
        .await?;

    assert!(!first.duplicate && again.duplicate);
    assert_eq!(
        (again.version, again.position),
        (first.version, first.position)
    );
    assert_eq!(bank.load::<Account>("alice").await?.version, first.version);
    // ANCHOR_END: retry
    // ANCHOR: reused
    let other = Withdraw { cents: 100 };
    let error = bank
        .send("alice", other)
        .command_id(request_id)
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::CommandIdReused { .. }));
    // ANCHOR_END: reused
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_no_effect() -> Result<(), Box<dyn Error>> {
    let (bank, request_id) = (bank().await?, Uuid::from_u128(1));
    // ANCHOR: refusal
    let withdraw = || Withdraw { cents: 900 };
    let error = bank
        .send("alice", withdraw())
        .command_id(request_id)
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        SendError::Rejected(Refused::InsufficientFunds { .. })
    ));

    bank.send("alice", Deposit { cents: 1_000 }).await?;
    let done = bank
        .send("alice", withdraw())
        .command_id(request_id)
        .await?;
    assert!(!done.duplicate);
    // ANCHOR_END: refusal
    Ok(())
}

// ANCHOR: persist
/// Sends the command until it is known what became of it.
async fn withdraw(bank: &App, id: &str, cents: u64) -> Result<Committed, SendError<Refused>> {
    let command_id = Uuid::now_v7();
    let mut pause = Duration::from_millis(10);
    loop {
        let sent = bank
            .send(id, Withdraw { cents })
            .command_id(command_id)
            .await;
        match sent {
            Err(SendError::OutcomeUnknown { .. } | SendError::Overloaded) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
            answer => return answer,
        }
    }
}
// ANCHOR_END: persist

#[tokio::test]
async fn sending_again_ends() -> Result<(), Box<dyn Error>> {
    let bank = bank().await?;
    assert_eq!(withdraw(&bank, "alice", 500).await?.version, 3);
    assert!(withdraw(&bank, "alice", 1).await.is_err());
    Ok(())
}

#[tokio::test]
async fn limits_are_set_on_the_builder() -> Result<(), Box<dyn Error>> {
    // ANCHOR: limits
    let mut limits = gesta::Limits::default();
    limits.commands = 1_000;
    limits.cached_aggregates = 100_000;

    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .limits(limits)
        .start()
        .await?;
    // ANCHOR_END: limits
    bank.shutdown().await?;
    Ok(())
}
