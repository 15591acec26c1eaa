#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Clone, AggregateId)]
pub struct Number<T>(T);

fn main() {}
