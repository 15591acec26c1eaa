#![allow(unused_variables)]

use gesta::prelude::*;

#[event(table = "accounts")]
pub struct AccountOpened {}

#[event("AccountOpened")]
pub struct AccountClosed {}

fn main() {}
