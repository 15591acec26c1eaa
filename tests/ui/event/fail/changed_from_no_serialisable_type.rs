#![allow(unused_variables)]

use gesta::prelude::*;

pub struct Money;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[changed(2, from = Money, with = text)]
    pub currency: String,
}

fn text(_: Money) -> String {
    String::new()
}

fn main() {}
