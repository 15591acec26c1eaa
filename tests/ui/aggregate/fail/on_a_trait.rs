#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
trait Account {
    #[command]
    fn open(&self) -> AccountOpened;
}

fn main() {}
