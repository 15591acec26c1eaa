use gesta::prelude::*;

#[value]
pub struct Parcel {
    pub width: u64,
    pub depth: u32,
}

fn main() {}
