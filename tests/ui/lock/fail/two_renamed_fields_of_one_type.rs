use gesta::prelude::*;

#[event(version = 2)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub buyer: String,
    pub grams: u32,
    #[since(2, default)]
    pub device: String,
}

fn main() {}
