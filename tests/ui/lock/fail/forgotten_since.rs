use gesta::prelude::*;

#[event(version = 2)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub customer: String,
    pub grams: u32,
    pub scale: String,
}

fn main() {}
