use gesta::prelude::*;

#[value]
pub struct Parcel {
    pub width: u32,
}

fn main() {}
