use std::error::Error;
use std::time::Duration;

use gesta::prelude::*;
use gesta::{SagaError, SagaStatus};

use crate::account::*;
use crate::move_money::*;

type Done = Result<(), Box<dyn Error>>;

async fn bank() -> Result<App, Box<dyn Error>> {
    // ANCHOR: register
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .aggregate::<Transfer>()
        .saga::<MoveMoney>()
        .start()
        .await?;
    // ANCHOR_END: register
    for id in ["alice", "bob"] {
        let owner = id.to_owned();
        bank.send(id, Open { owner }).await?;
    }
    bank.send("alice", Deposit { cents: 500 }).await?;
    Ok(bank)
}

async fn end_of(bank: &App, id: &str) -> SagaStatus {
    loop {
        match bank.saga::<MoveMoney>(id).status().await {
            Ok(saga) if matches!(saga.status, SagaStatus::Completed | SagaStatus::Compensated) => {
                return saga.status;
            }
            _ => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    }
}

#[tokio::test]
async fn money_moves_or_is_put_back() -> Done {
    let bank = bank().await?;
    // ANCHOR: request
    let request = Request {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        cents: 200,
    };
    bank.send("t-1", request).await?;
    // ANCHOR_END: request
    assert_eq!(end_of(&bank, "t-1").await, SagaStatus::Completed);
    let request = Request {
        from: "alice".to_owned(),
        to: "nobody".to_owned(),
        cents: 200,
    };
    bank.send("t-2", request).await?;
    // Five more tries, 200 ms after the first, 400 ms after the second: nobody waits for them here.
    // ANCHOR: operate
    let saga = bank.saga::<MoveMoney>("t-2").by("carol");
    while saga
        .status()
        .await
        .map_or(true, |saga| saga.done.is_empty())
    {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    saga.compensate().await?;
    // ANCHOR_END: operate
    assert_eq!(end_of(&bank, "t-2").await, SagaStatus::Compensated);
    // ANCHOR: history
    for moment in bank.saga::<MoveMoney>("t-1").history().await? {
        println!("{} {}", moment.time, moment.what);
    }
    // ANCHOR_END: history
    let history = bank.saga::<MoveMoney>("t-1").history().await?;
    let what: Vec<_> = history.into_iter().map(|moment| moment.what).collect();
    let shown = include_str!("move_money_history.txt");
    let position = what[0].trim_start_matches("started by event ").to_owned();
    assert_eq!(what.join("\n"), shown.trim_end().replace("4", &position));
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn those_that_are_stuck_are_listed() -> Done {
    let bank = bank().await?;
    // ANCHOR: list
    for saga in bank.sagas().status(SagaStatus::Stuck).await? {
        println!("{} {}: {:?}", saga.saga, saga.id, saga.error);
    }
    let old = Duration::from_secs(24 * 3_600);
    let waiting = bank.sagas().of::<MoveMoney>().older_than(old).await?;
    // ANCHOR_END: list
    assert_eq!(waiting, []);
    let nobody = bank.saga::<MoveMoney>("t-9").retry().await;
    assert!(matches!(nobody, Err(SagaError::NotFound { .. })));
    Ok(bank.shutdown().await?)
}

#[test]
fn the_diagram_is_that_of_the_book() {
    assert_eq!(
        MoveMoney::diagram().trim(),
        include_str!("move_money.mmd").trim()
    );
}
