#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[removed(2, note: String)]
    pub currency: String,
}

fn main() {}
