#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
}

fn main() {}
