#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

pub struct Account;

#[aggregate]
impl Vec<Account> {
    #[command]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }
}

fn main() {}
