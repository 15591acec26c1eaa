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

#[projection(of(Account), live, on_error = park)]
pub struct Statement {
    pub balance: u64,
}

#[projection]
impl Statement {
    #[on]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

fn main() {}
