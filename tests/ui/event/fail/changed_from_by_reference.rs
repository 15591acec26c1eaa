#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[changed(2, from = u32, with = text)]
    pub currency: String,
}

fn text(number: &u32) -> String {
    number.to_string()
}

fn main() {}
