//! A bank that reads its journal into an event store.

#![allow(missing_docs, reason = "an application, not an API")]

pub mod account;
pub mod args;
pub mod error;
pub mod history;
pub mod import;
pub mod journal;
pub mod money;
pub mod move_money;
pub mod outcome;
pub mod rebuild;
pub mod refusals;
pub mod report;
pub mod saga;
pub mod sagas;
pub mod statement;
pub mod table;
pub mod transfer;

use account::Account;
use gesta::{App, StartError};
use move_money::MoveMoney;
use refusals::Refusals;
use statement::Statement;
use transfer::Transfer;

/// Opens the bank.
///
/// # Errors
/// If the store does not open.
pub async fn open(store: &str) -> Result<App, StartError> {
    App::builder()
        .store(store)
        .aggregate::<Account>()
        .aggregate::<Refusals>()
        .aggregate::<Transfer>()
        .projection::<Statement>()
        .saga::<MoveMoney>()
        .start()
        .await
}
