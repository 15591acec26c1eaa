//! The aggregate under load.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event]
pub struct AccountOpened {}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("insufficient funds")]
pub struct InsufficientFunds;

/// Snapshots are frequent, so that most kills fall between two of them.
#[aggregate(id = u32, error = InsufficientFunds, snapshot(every = 16))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Signed, so that what should never happen is seen.
    pub balance: i64,
    pub movements: u64,
}

#[aggregate]
impl Account {
    /// Refused each time but the first.
    #[command(create)]
    pub fn open(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[command(upsert)]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command(upsert)]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, InsufficientFunds> {
        if cents.cast_signed() > self.balance {
            return Err(InsufficientFunds);
        }
        Ok(Withdrawn { cents })
    }

    /// Two events that change nothing together, and money if only one of them is there.
    #[command(upsert)]
    pub fn exchange(&self, cents: u64) -> Result<(Withdrawn, Deposited), InsufficientFunds> {
        Ok((self.withdraw(cents)?, Deposited { cents }))
    }

    #[command(upsert)]
    pub fn spread(&self, cents: u64, parts: usize) -> Vec<Deposited> {
        vec![Deposited { cents }; parts]
    }

    /// Gives no event; its id is recorded all the same.
    #[command(upsert)]
    pub fn look(&self) -> Option<Deposited> {
        None
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents.cast_signed();
        self.movements += 1;
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents.cast_signed();
        self.movements += 1;
    }
}
