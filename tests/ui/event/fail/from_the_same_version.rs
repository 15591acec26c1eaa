#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2, name = "OrderPlaced")]
pub struct OrderPlacedV1 {
    #[since(2, default)]
    pub total: u32,
}

#[event(version = 2, from = OrderPlacedV1)]
pub struct OrderPlaced {
    pub total: u64,
}

impl From<OrderPlacedV1> for OrderPlaced {
    fn from(old: OrderPlacedV1) -> Self {
        Self { total: old.total.into() }
    }
}

fn main() {}
