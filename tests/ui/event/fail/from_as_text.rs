#![allow(unused_variables)]

use gesta::prelude::*;

#[event(name = "OrderPlaced")]
pub struct OrderPlacedV1 {
    pub total: u32,
}

#[event(version = 2, from = "OrderPlacedV1")]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
