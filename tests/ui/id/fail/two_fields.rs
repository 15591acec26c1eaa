#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Clone, AggregateId)]
pub struct Number(u32, u32);

#[derive(Clone, AggregateId)]
pub struct Nothing;

fn main() {}
