#![deny(warnings, missing_docs)]
//! A read model of the account, with every shape that a method may have.

use gesta::{Document, IndexEntries, Projection, ProjectionRoot, Subscriptions, prelude::*};
use serde::{Deserialize, Serialize};

/// An account began.
#[event]
pub struct AccountOpened {
    /// Whose it is.
    pub owner: String,
}

/// Money came in.
#[event]
pub struct Deposited {
    /// How much.
    pub cents: u64,
}

/// Money went out.
#[event]
pub struct Withdrawn {
    /// How much.
    pub cents: u64,
}

/// An account ended.
#[event]
struct Closed {
    /// Why.
    #[allow(dead_code)]
    reason: String,
}

/// Where money is.
#[aggregate]
#[derive(Default)]
pub struct Account;

#[aggregate]
impl Account {
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
    #[apply]
    fn closed(&mut self, _: &Closed) {}
}

/// What an account holds.
#[projection(of(Account), ignore(Closed))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Statement {
    /// Whose it is.
    #[index]
    pub owner: String,
    /// What is in it.
    #[index]
    balance: u64,
    #[serde(default)]
    r#type: Option<String>,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner = event.owner.clone();
    }

    #[on]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) -> Result<(), std::fmt::Error> {
        self.balance += event.cents;
        self.r#type = recorded.meta.actor.clone();
        self.check()
    }

    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) -> Then {
        self.balance -= event.cents;
        Then::Delete
    }

    fn check(&self) -> Result<(), std::fmt::Error> {
        if self.balance == 0 {
            Err(std::fmt::Error)
        } else {
            Ok(())
        }
    }
}

fn main() {
    assert_eq!(Statement::NAME, "Statement");
    assert_eq!(
        (Statement::VERSION, Statement::INDEXES),
        (1, &["owner", "balance"][..])
    );
    assert_ne!(Statement::FINGERPRINT, 0);
    assert_ne!(Statement::HANDLERS_FINGERPRINT, 0);
    let _: gesta::Index<Statement, String> = Statement::OWNER;
    Statement::default().index(&mut IndexEntries::default());
    Statement::subscribe(&mut Subscriptions::default());
}
