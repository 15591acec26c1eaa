use gesta::prelude::*;

#[event(version = 3)]
#[removed(2, a: u8)]
#[removed(3, b: u8, since = 2)]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

fn main() {}
