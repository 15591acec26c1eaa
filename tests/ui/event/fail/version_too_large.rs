#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 4000000000)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
