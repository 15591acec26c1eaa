//! Sagas, driven by an app.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod bank;
mod closed;
mod deployed;
mod driven;
mod ended;
mod isolated;
mod once;
mod order;
mod outside;
mod pages;
mod regret;
mod stores;

use bank::*;
use gesta::prelude::*;
use gesta::{SagaError, SagaStatus};

async fn bank() -> App {
    App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .aggregate::<Transfer>()
        .saga::<MoveMoney>()
        .start()
        .await
        .unwrap()
}

async fn balance(bank: &App, id: &str) -> u64 {
    bank.load::<Account>(id).await.unwrap().state.balance
}

#[tokio::test]
async fn a_transfer_that_nobody_refuses_completes() {
    let bank = bank().await;
    bank.send("a", Open { cents: 100 }).await.unwrap();
    bank.send("b", Open { cents: 0 }).await.unwrap();
    bank.send("t", request("a", "b", 70)).await.unwrap();
    reaches::<MoveMoney>(&bank, "t", SagaStatus::Completed).await;
    assert_eq!(
        (balance(&bank, "a").await, balance(&bank, "b").await),
        (30, 70)
    );
    let transfer = bank.load::<Transfer>("t").await.unwrap().state;
    assert_eq!(transfer.ended, ["completed"]);
}

#[tokio::test]
async fn what_was_done_is_undone_where_the_other_side_refuses() {
    let bank = bank().await;
    bank.send("a", Open { cents: 100 }).await.unwrap();
    bank.send("b", Open { cents: 0 }).await.unwrap();
    bank.send("b", Close {}).await.unwrap();
    bank.send("t", request("a", "b", 70)).await.unwrap();
    reaches::<MoveMoney>(&bank, "t", SagaStatus::Compensated).await;
    assert_eq!(
        (balance(&bank, "a").await, balance(&bank, "b").await),
        (100, 0)
    );
    let transfer = bank.load::<Transfer>("t").await.unwrap().state;
    assert_eq!(transfer.ended, ["credit: the account is closed"]);
}

#[tokio::test]
async fn nothing_is_done_where_the_first_step_is_refused() {
    let bank = bank().await;
    bank.send("a", Open { cents: 10 }).await.unwrap();
    bank.send("t", request("a", "b", 70)).await.unwrap();
    reaches::<MoveMoney>(&bank, "t", SagaStatus::Compensated).await;
    let transfer = bank.load::<Transfer>("t").await.unwrap().state;
    assert_eq!(transfer.ended, ["debit: 10 cents are there"]);
}

#[tokio::test]
async fn a_saga_that_nothing_started_is_not_found() {
    let bank = bank().await;
    let status = bank.saga::<MoveMoney>("nobody").status().await;
    assert!(matches!(status, Err(SagaError::NotFound { id }) if id == "nobody"));
}
