//! What the bank says of an account.

use gesta::{App, LoadError};

use crate::account::{Account, AccountEvent};
use crate::refusals::refusals;

/// An account as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub account: String,
    pub owner: String,
    /// In cents.
    pub balance: u64,
    /// How many events it has.
    pub events: u64,
}

/// Reads an account; `None` if there is none.
///
/// # Errors
/// If the bank cannot be read.
pub async fn statement(app: &App, account: &str) -> Result<Option<Statement>, LoadError> {
    let loaded = match app.load::<Account>(account).await {
        Ok(loaded) => loaded,
        Err(LoadError::NotFound { .. }) => return Ok(None),
        // No account was ever opened under a name that cannot be stored.
        Err(LoadError::InvalidId(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(Statement {
        account: account.to_owned(),
        owner: owner(app, account).await?,
        balance: loaded.state.balance,
        events: loaded.version,
    }))
}

/// Who opened the account. Its state does not hold this, since no command decides on it; its first event does.
async fn owner(app: &App, account: &str) -> Result<String, LoadError> {
    match app.history::<Account>(account).next().await.transpose()? {
        Some(first) => match first.event {
            AccountEvent::AccountOpened(opened) => Ok(opened.owner),
            _ => Ok(String::new()),
        },
        None => Ok(String::new()),
    }
}

/// What the bank holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    pub accounts: Vec<Statement>,
    /// How many operations it has rejected.
    pub rejections: u64,
}

/// Reads the accounts that exist among these, and what was rejected.
///
/// # Errors
/// If the bank cannot be read.
pub async fn bank(app: &App, accounts: &[&str]) -> Result<Bank, LoadError> {
    let mut statements = Vec::with_capacity(accounts.len());
    for account in accounts {
        statements.extend(statement(app, account).await?);
    }
    Ok(Bank {
        accounts: statements,
        rejections: refusals(app).await?.reasons.len() as u64,
    })
}
