#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Clone, AggregateId)]
pub struct Number(Vec<u8>);

fn main() {}
