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

#[aggregate(eror = Refused)]
impl Account {
    #[command(craete)]
    async fn open(&mut self, (owner, _): (String, u64)) {}

    #[apply]
    #[cfg(test)]
    fn opened(self, event: AccountOpened) -> u64 {
        0
    }
}

fn later(open: Open) -> AccountEvent {
    AccountEvent::from(AccountOpened {})
}

fn main() {}
