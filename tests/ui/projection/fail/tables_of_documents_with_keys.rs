#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}

    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

#[projection(sql, of(Account))]
pub struct Balances;

#[projection]
impl Balances {
    #[on(key = event.cents)]
    fn deposited(&mut self, event: &Deposited) {}

    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) {}
}

fn main() {}
