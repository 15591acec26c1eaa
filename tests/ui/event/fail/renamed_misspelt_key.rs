#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[renamed(2, form = "money")]
    pub currency: String,
}

fn main() {}
