#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 3)]
#[removed(2, note: String, since = 3)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
