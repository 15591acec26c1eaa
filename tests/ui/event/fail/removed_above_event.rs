#![allow(unused_variables)]

use gesta::prelude::*;

#[removed(2, note: String)]
#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
