#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Noted<T> {
    pub note: T,
}

#[event]
pub struct Named<'a> {
    pub name: &'a str,
}

fn main() {}
