#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[renamed(2, was = "currency")]
    pub currency: String,
}

fn main() {}
