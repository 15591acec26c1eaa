#![allow(dead_code, unused_variables)]

use gesta::prelude::*;

#[event]
pub struct TransferRequested {
    pub from: String,
    pub to: String,
    pub cents: u64,
}

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
    #[command]
    fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    fn withdraw(&self, cents: u64) -> Withdrawn {
        Withdrawn { cents }
    }

    #[apply]
    fn deposited(&mut self, _: &Deposited) {}

    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

#[saga]
pub struct MoveMoney {
    from: String,
    to: String,
    cents: u64,
}

#[saga]
impl Default for MoveMoney {
    fn default() -> Self {
        unimplemented!()
    }
}

fn main() {}
