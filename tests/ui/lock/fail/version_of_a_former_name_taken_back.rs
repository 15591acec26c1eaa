use gesta::prelude::*;

#[event(was = ["ShipmentWeighed"])]
pub struct ShipmentScaled {
    pub client: String,
    pub grams: u32,
}

fn main() {}
