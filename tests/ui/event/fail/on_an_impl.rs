#![allow(unused_variables)]

use gesta::prelude::*;

pub struct Opened;

#[event]
impl Opened {}

fn main() {}
