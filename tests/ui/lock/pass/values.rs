use gesta::prelude::*;

#[value]
pub struct Parcel {
    pub width: u32,
    pub depth: u32,
}

#[value]
pub enum Service {
    Standard,
    Express,
    Drone { height: u32 },
    Pickup(String),
}

fn main() {}
