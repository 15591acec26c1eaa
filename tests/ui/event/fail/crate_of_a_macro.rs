#![allow(unused_variables)]

use gesta::prelude::*;

macro_rules! events {
    () => {
        #[event(crate = $crate::gesta)]
        pub struct AccountOpened {}
    };
}

events!();

fn main() {}
