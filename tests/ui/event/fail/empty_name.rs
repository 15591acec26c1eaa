#![allow(unused_variables)]

use gesta::prelude::*;

#[event(name = "")]
pub struct AccountOpened {}

#[event(name = "a\nb")]
pub struct AccountClosed {}

fn main() {}
