#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
#[removed(note: String)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
