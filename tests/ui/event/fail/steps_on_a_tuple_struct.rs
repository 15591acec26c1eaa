#![allow(unused_variables)]

use gesta::prelude::*;

#[event(version = 2)]
pub struct OrderPlaced(u64, #[since(2, default)] String);

fn main() {}
