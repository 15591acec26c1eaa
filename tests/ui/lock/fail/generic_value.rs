use gesta::prelude::*;

#[value]
pub struct Crate<T> {
    pub width: T,
    pub depth: u32,
}

fn main() {}
