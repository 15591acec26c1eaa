//! The aggregate that is measured.

use gesta::prelude::*;

#[event]
pub struct Deposited {
    pub cents: u64,
    pub memo: String,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[command(upsert)]
    pub fn deposit(&self, cents: u64, memo: String) -> Deposited {
        Deposited { cents, memo }
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

pub fn command(number: u64) -> Deposit {
    Deposit {
        cents: number,
        memo: "rent for the month of May".to_owned(),
    }
}
