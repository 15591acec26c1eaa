#![allow(unused_variables)]

use gesta::prelude::*;

pub struct Account;

impl Account {
    #[apply]
    fn opened(&mut self, _: &u64) {}
}

fn main() {}
