#![allow(unused_variables)]

use gesta::prelude::*;

#[event(was = ["OrderMade", "OrderMade"])]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
