#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
#[removed(2, note: &str)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
