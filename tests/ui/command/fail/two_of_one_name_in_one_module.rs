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
    #[command]
    fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

#[event]
pub struct DoorOpened {}

#[aggregate]
#[derive(Default)]
pub struct Door;

#[aggregate]
impl Door {
    #[command]
    pub fn open(&self) -> DoorOpened {
        DoorOpened {}
    }

    #[apply]
    fn opened(&mut self, _: &DoorOpened) {}
}

fn main() {}
