use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields, tag = "kind")]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

fn main() {}
