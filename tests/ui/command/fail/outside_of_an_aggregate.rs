#![allow(unused_variables)]

use gesta::prelude::*;

pub struct Account;

impl Account {
    #[command]
    fn open(&self) -> u64 {
        0
    }
}

#[command(create)]
fn open() {}

fn main() {}
