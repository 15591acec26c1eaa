//! What the bank says of its accounts.

use std::time::Duration;

use gesta::App;
use gesta::prelude::*;

use crate::account::{Account, AccountFrozen, AccountOpened, Deposited, Withdrawn};
use crate::error::BankError;
use crate::refusals::refusals;

/// How long the statements may take to show what was done.
const PATIENCE: Duration = Duration::from_secs(60);

/// An account as it stands.
#[projection(of(Account), version = 2)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub owner: String,
    /// In cents.
    pub balance: u64,
    /// How many events it has.
    pub events: u64,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened, recorded: &Recorded) {
        self.owner.clone_from(&event.owner);
        self.events = recorded.version;
    }

    #[on]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) {
        self.balance += event.cents;
        self.events = recorded.version;
    }

    #[on]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) {
        self.balance -= event.cents;
        self.events = recorded.version;
    }

    #[on]
    fn frozen(&mut self, _: &AccountFrozen, recorded: &Recorded) {
        self.events = recorded.version;
    }
}

/// What the bank holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// Each account with its name, in the order of the names.
    pub accounts: Vec<(String, Statement)>,
    /// How many operations it has rejected.
    pub rejections: u64,
    /// How many events its log has.
    pub events: u64,
}

/// Waits until the read models show all that was done, and says how many events that is.
///
/// # Errors
/// If the bank cannot be read, or they do not show it in time.
pub async fn settled(app: &App) -> Result<u64, BankError> {
    let position = app.position().await?;
    match app.wait(position, PATIENCE).await {
        true => Ok(position),
        false => Err(BankError::Behind),
    }
}

/// Reads all accounts, and what was rejected.
///
/// # Errors
/// If the bank cannot be read, or its statements do not show in time what was done.
pub async fn bank(app: &App) -> Result<Bank, BankError> {
    let events = settled(app).await?;
    let (mut accounts, mut page) = (Vec::new(), app.views::<Statement>().page().await?);
    loop {
        accounts.append(&mut page.documents);
        let Some(next) = page.next else { break };
        page = app.views().after(next).page().await?;
    }
    Ok(Bank {
        accounts,
        rejections: refusals(app).await?.reasons.len() as u64,
        events,
    })
}
