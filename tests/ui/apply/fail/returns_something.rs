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

#[aggregate]
impl Account {
    #[command]
    fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) -> Result<(), String> {
        self.balance += event.cents;
        Ok(())
    }
}

fn main() {}
