//! What transfers take money from and bring it to.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

/// No wallet takes more than so much, unless it gets back what was its own.
pub const LIMIT: i64 = 1_000;

#[event]
pub struct Funded {
    pub cents: u64,
}

#[event]
pub struct Debited {
    pub transfer: String,
    pub cents: u64,
}

#[event]
pub struct Credited {
    pub transfer: String,
    pub cents: u64,
}

#[event]
pub struct Refunded {
    pub transfer: String,
    pub cents: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("insufficient funds")]
    InsufficientFunds,
    #[error("the wallet is full")]
    Full,
}

#[aggregate(id = u32, error = Refusal, snapshot(every = 16))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Wallet {
    /// Signed, so that what should never happen is seen.
    pub balance: i64,
}

#[aggregate]
impl Wallet {
    #[command(upsert)]
    pub fn fund(&self, cents: u64) -> Result<Funded, Refusal> {
        self.must_hold(cents)?;
        Ok(Funded { cents })
    }

    #[command(upsert)]
    pub fn debit(&self, transfer: String, cents: u64) -> Result<Debited, Refusal> {
        if cents.cast_signed() > self.balance {
            return Err(Refusal::InsufficientFunds);
        }
        Ok(Debited { transfer, cents })
    }

    #[command(upsert)]
    pub fn credit(&self, transfer: String, cents: u64) -> Result<Credited, Refusal> {
        self.must_hold(cents)?;
        Ok(Credited { transfer, cents })
    }

    /// Never refused: it was there before.
    #[command(upsert)]
    pub fn refund(&self, transfer: String, cents: u64) -> Refunded {
        Refunded { transfer, cents }
    }

    #[apply]
    fn funded(&mut self, event: &Funded) {
        self.balance += event.cents.cast_signed();
    }

    #[apply]
    fn debited(&mut self, event: &Debited) {
        self.balance -= event.cents.cast_signed();
    }

    #[apply]
    fn credited(&mut self, event: &Credited) {
        self.balance += event.cents.cast_signed();
    }

    #[apply]
    fn refunded(&mut self, event: &Refunded) {
        self.balance += event.cents.cast_signed();
    }
}

impl Wallet {
    fn must_hold(&self, cents: u64) -> Result<(), Refusal> {
        if self.balance + cents.cast_signed() > LIMIT {
            return Err(Refusal::Full);
        }
        Ok(())
    }
}
