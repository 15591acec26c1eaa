#![allow(unused_variables)]

use gesta::prelude::*;

#[event(was = ["OrderPlaced"])]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
