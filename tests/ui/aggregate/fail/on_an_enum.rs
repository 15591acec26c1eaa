#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
#[derive(Default)]
pub enum Account {
    #[default]
    Fresh,
    Open,
}

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
