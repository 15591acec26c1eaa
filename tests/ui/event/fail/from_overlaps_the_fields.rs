#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2, name = "OrderPlaced")]
pub struct OrderPlacedV1 {
    #[since(2, default)]
    pub total: u32,
}

#[event(version = 3, from = OrderPlacedV1)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
    #[since(3, default)]
    pub note: String,
}

impl From<OrderPlacedV1> for OrderPlaced {
    fn from(old: OrderPlacedV1) -> Self {
        Self { total: old.total.into(), currency: String::new(), note: String::new() }
    }
}

fn main() {}
