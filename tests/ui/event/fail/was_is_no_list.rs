#![allow(unused_variables)]

use gesta::prelude::*;

#[event(was = "OrderMade")]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
