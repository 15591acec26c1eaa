#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub enum Order {
    Placed {
        #[since(2, default)]
        currency: String,
    },
}

fn main() {}
