use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    #[serde(skip)]
    pub parcels: u32,
}

fn main() {}
