#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 3)]
pub struct OrderPlaced {
    pub total: u64,
    #[changed(2, from = u8, with = wider)]
    #[changed(3, from = u64, with = text)]
    pub currency: String,
}

fn wider(number: u8) -> u32 {
    number.into()
}

fn text(number: u64) -> String {
    number.to_string()
}

fn main() {}
