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

#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

#[aggregate]
impl Account {
    #[command]
    fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[apply]
    fn opened_again(&mut self, _: &AccountOpened) {}
}

fn main() {}
