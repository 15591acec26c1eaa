#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub union Bits {
    float: f32,
    int: u32,
}

fn main() {}
