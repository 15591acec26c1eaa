use std::error::Error;
use std::time::Duration;

use gesta::prelude::*;
use gesta::{SagaError, SagaStatus, SagaSummary};

use crate::account::*;
use crate::move_money::*;

const LONG: Duration = Duration::from_secs(20);

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
    let ended = bank.saga::<MoveMoney>("t-1").ended(LONG).await?;
    assert_eq!(ended.status, SagaStatus::Completed);
    let request = Request {
        from: "alice".to_owned(),
        to: "nobody".to_owned(),
        cents: 200,
    };
    bank.send("t-2", request).await?;
    // Five more tries, 200 ms after the first, 400 ms after the second: nobody waits for them here.
    let debited = bank.saga::<MoveMoney>("t-2");
    debited.until(LONG, |saga| !saga.done.is_empty()).await?;
    // ANCHOR: operate
    let saga = bank.saga::<MoveMoney>("t-2").by("carol");
    saga.compensate().await?;
    // ANCHOR_END: operate
    assert_eq!(saga.ended(LONG).await?.status, SagaStatus::Compensated);
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
async fn whoever_asked_waits_for_the_end() -> Done {
    let bank = bank().await?;
    let request = Request {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        cents: 200,
    };
    // ANCHOR: end
    bank.send("t-3", request).await?;
    let transfer = bank.saga::<MoveMoney>("t-3");
    let ended = transfer.ended(Duration::from_secs(5)).await?;
    let answer = match ended.status {
        SagaStatus::Completed => "the money has arrived".to_owned(),
        SagaStatus::Compensated => format!("not done: {}", ended.error.unwrap_or_default()),
        SagaStatus::Stuck => "we look after it".to_owned(),
        _ => "it is on its way".to_owned(),
    };
    // ANCHOR_END: end
    assert_eq!(answer, "the money has arrived");
    // ANCHOR: until
    let has_left = |transfer: &SagaSummary| transfer.done.iter().any(|step| step == "debit");
    let left = transfer.until(Duration::from_secs(5), has_left).await?;
    // ANCHOR_END: until
    assert!(has_left(&left));
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
