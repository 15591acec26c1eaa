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

#[aggregate(table = "accounts")]
impl Account {
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
}

fn main() {}
