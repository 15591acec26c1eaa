#![allow(unused_variables)]

use gesta::prelude::*;

#[event(name = "OrderPlaced")]
pub struct OrderPlacedV1 {
    pub total: u32,
}

#[event(from = OrderPlacedV1)]
pub struct OrderPlaced {
    pub total: u64,
}

impl From<OrderPlacedV1> for OrderPlaced {
    fn from(old: OrderPlacedV1) -> Self {
        Self { total: old.total.into() }
    }
}

fn main() {}
