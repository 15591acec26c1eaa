#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate(snapshot(every = 100))]
#[derive(Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[command(create)]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
}

fn main() {}
