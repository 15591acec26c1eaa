#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(AggregateId)]
pub struct Number(u32);

fn main() {}
