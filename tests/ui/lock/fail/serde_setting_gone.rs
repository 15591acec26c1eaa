use gesta::prelude::*;

#[event]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

fn main() {}
