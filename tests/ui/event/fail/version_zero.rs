#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 0)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
