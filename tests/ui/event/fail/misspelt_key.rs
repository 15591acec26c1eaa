#![allow(unused_variables)]

use gesta::prelude::*;

#[event(naem = "Opened")]
pub struct AccountOpened {}

fn main() {}
