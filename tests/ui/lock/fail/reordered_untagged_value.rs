use gesta::prelude::*;

#[value]
#[serde(untagged)]
pub enum Weight {
    Grams(u64),
    Kilograms(u32),
}

fn main() {}
