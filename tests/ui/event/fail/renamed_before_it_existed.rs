#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 3)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(3, default)]
    #[renamed(2, was = "money")]
    pub currency: String,
}

fn main() {}
