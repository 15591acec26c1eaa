use gesta::prelude::*;

#[value]
pub struct Parcel {
    pub width: u32,
    pub depth: u32,
    pub height: u32,
}

fn main() {}
