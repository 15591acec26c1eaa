#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 3)]
#[removed(3, note: String, sicne = 2)]
pub struct OrderPlaced {
    pub total: u64,
}

fn main() {}
