#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountCreated {
    pub owner: String,
}

pub struct Account;

impl Account {
    #[upcast]
    fn created(old: AccountCreated) -> Option<AccountCreated> {
        None
    }
}

fn main() {}
