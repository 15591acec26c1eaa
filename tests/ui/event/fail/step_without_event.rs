#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Debug)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
}

#[event]
pub struct OrderSent {}

fn main() {}
