#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

pub struct Account<T>(T);

#[aggregate]
impl<T> Account<T> {
    #[command]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }
}

fn main() {}
