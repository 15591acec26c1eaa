#![allow(unused_variables)]

use gesta::prelude::*;

#[derive(Debug)]
#[event]
pub struct AccountOpened {}

fn main() {}
