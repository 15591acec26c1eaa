#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

#[derive(Debug)]
pub struct Refused;

#[aggregate]
impl Account {
    #[command]
    fn deposit(&self, cents: u64) -> Result<Deposited, Refused> {
        Err(Refused)
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

fn main() {}
