#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
#[derive(Default)]
pub struct Größe {}

#[aggregate]
impl Größe {
    #[command(create)]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
}

fn main() {}
