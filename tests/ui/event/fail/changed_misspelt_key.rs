#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[changed(2, form = u32, with = text)]
    pub currency: String,
}

fn main() {}
