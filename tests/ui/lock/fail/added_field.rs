use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
    pub insured: bool,
}

fn main() {}
