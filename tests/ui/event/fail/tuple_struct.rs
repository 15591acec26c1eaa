#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Deposited(pub u64);

#[event]
pub struct Transferred(pub String, pub u64);

fn main() {}
