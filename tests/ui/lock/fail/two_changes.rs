use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub recipient: String,
    pub parcels: u64,
}

fn main() {}
