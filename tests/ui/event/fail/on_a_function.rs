#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
fn account_opened() {}

fn main() {}
