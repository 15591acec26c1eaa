use gesta::prelude::*;

#[event(lock = false)]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

fn main() {}
