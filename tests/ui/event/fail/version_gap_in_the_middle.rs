#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 4)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(4, default)]
    pub note: String,
    #[since(2, default)]
    pub currency: String,
}

fn main() {}
