#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 3)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    #[since(3, default)]
    pub currency: String,
}

fn main() {}
