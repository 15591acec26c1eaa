use gesta::prelude::*;

#[value]
pub enum Service {
    Standard,
    Express,
    Pickup(String, u32),
}

fn main() {}
