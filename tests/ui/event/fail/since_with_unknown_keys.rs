#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default, value = 1)]
    pub currency: String,
}

fn main() {}
