#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: std::num::NonZeroU32,
}

fn main() {}
