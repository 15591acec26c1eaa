#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub enum AccountEvent {
    Opened { owner: String },
    Closed,
}

fn main() {}
