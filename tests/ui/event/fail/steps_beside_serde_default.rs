#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
#[derive(Default)]
#[serde(default)]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
}

fn main() {}
