#![allow(unused_variables)]

use gesta::prelude::*;

#[event(naem = "A", name = 5, table = "b")]
pub struct Deposited<T>(T);

fn main() {}
