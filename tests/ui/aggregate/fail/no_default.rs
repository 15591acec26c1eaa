#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[command(create)]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
}

fn main() {}
