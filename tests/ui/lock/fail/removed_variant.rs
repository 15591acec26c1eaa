use gesta::prelude::*;

#[value]
pub enum Service {
    Standard,
    Pickup(String),
}

fn main() {}
