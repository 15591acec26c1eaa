#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
#[serde(from = "(u64, String)")]
pub struct OrderPlaced {
    pub total: u64,
    #[since(2, default)]
    pub currency: String,
}

impl From<(u64, String)> for OrderPlaced {
    fn from((total, currency): (u64, String)) -> Self {
        Self { total, currency }
    }
}

fn main() {}
