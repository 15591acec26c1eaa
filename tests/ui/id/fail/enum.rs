#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Clone, AggregateId)]
pub enum Kind {
    Private,
}

fn main() {}
