#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2, version = 3)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
}

fn main() {}
