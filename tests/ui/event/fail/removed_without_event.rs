#![allow(unused_variables)]

use gesta::prelude::*;

#[removed(2, note: String)]
pub struct OrderPlaced {
    pub total: u64,
}

#[event]
pub struct OrderSent {}

fn main() {}
