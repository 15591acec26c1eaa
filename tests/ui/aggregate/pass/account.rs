#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {
    pub owner: String,
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Refused {
    #[error("{requested} cents requested, {available} available")]
    InsufficientFunds { requested: u64, available: u64 },
}

#[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    #[command]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        if cents > self.balance {
            return Err(Refused::InsufficientFunds {
                requested: cents,
                available: self.balance,
            });
        }
        Ok(Withdrawn { cents })
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents
    }
    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents
    }
}


fn main() {
    let _ = (Open { owner: String::new() }, Deposit { cents: 1 }, Withdraw { cents: 1 });
}
