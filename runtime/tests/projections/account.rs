//! The bank account that the tests fold.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event(lock = false)]
pub struct AccountOpened {
    pub owner: String,
}

#[event(lock = false)]
pub struct Deposited {
    pub cents: u64,
}

#[event(lock = false)]
pub struct AccountClosed {}

#[aggregate]
#[derive(Default)]
pub struct Account {}

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
    pub fn close(&self) -> AccountClosed {
        AccountClosed {}
    }
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
    #[apply]
    fn closed(&mut self, _: &AccountClosed) {}
}

/// What no handler here takes.
pub const UNLUCKY: u64 = 13;

#[projection(of(Account))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    #[index]
    pub owner: String,
    pub balance: u64,
    pub positions: Vec<u64>,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner.clone_from(&event.owner);
    }
    #[on]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) -> Result<(), String> {
        if event.cents == UNLUCKY {
            return Err("thirteen".to_owned());
        }
        self.balance += event.cents;
        self.positions.push(recorded.position);
        Ok(())
    }
    #[on]
    fn closed(&mut self, _: &AccountClosed) -> Then {
        Then::Delete
    }
}

/// The balance, as the command leaves it.
#[projection(of(Account), ignore(AccountOpened), inline)]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Balance {
    pub cents: u64,
}

#[projection]
impl Balance {
    #[on]
    fn deposited(&mut self, event: &Deposited) -> Result<(), String> {
        if event.cents == UNLUCKY {
            return Err("thirteen".to_owned());
        }
        self.cents += event.cents;
        Ok(())
    }
    #[on]
    fn closed(&mut self, _: &AccountClosed) -> Then {
        Then::Delete
    }
}

/// How many deposits there were, counted when somebody asks.
#[projection(of(Account), ignore(AccountOpened), live)]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Deposits {
    pub count: u64,
}

#[projection]
impl Deposits {
    #[on]
    fn deposited(&mut self, _: &Deposited) {
        self.count += 1;
    }
    #[on]
    fn closed(&mut self, _: &AccountClosed) -> Then {
        Then::Delete
    }
}
