#![allow(unused_variables)]

use gesta::prelude::*;

#[event(name = AccountOpened)]
pub struct AccountOpened {}

#[event(name)]
pub struct AccountClosed {}

#[event(name("Deposited"))]
pub struct Deposited {}

#[event(crate = "gesta")]
pub struct Withdrawn {}

fn main() {}
