#![allow(unused_variables)]

use gesta::prelude::*;

pub struct Address {
    pub street: String,
}

#[event]
pub struct AccountOpened {
    pub address: Address,
}

fn main() {}
