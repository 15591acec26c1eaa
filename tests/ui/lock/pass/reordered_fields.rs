use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub parcels: u32,
    pub to: std::string::String,
}

fn main() {}
