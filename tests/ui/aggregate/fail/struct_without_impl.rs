#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[aggregate]
#[derive(Default)]
pub struct Account {}

fn main() {}
