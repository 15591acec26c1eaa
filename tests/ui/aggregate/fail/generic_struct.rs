#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
#[derive(Default)]
pub struct Account<T> {
    state: T,
}

fn main() {}
