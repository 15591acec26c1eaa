use gesta::prelude::*;

#[event]
pub struct ShipmentWeighed {
    pub client: String,
    pub grams: u32,
}

fn main() {}
