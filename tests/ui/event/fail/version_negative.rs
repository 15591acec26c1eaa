#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = -1)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
