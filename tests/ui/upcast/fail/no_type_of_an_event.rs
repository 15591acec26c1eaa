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
pub struct AccountCreated {
    pub owner: String,
}

#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[upcast]
    fn created(old: (AccountCreated, u64)) -> AccountOpened {
        AccountOpened { owner: old.0.owner }
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

fn main() {}
