#![allow(unused_variables)]

use gesta::prelude::*;

#[event(name = "A", name = "B")]
pub struct AccountOpened {}

fn main() {}
