#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {
    pub owner: &'static str,
}

fn main() {}
