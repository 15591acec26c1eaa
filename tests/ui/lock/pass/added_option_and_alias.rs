use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    #[serde(alias = "count")]
    pub parcels: u32,
}

#[value]
pub struct Parcel {
    pub width: u32,
    pub height: Option<u32>,
    pub depth: u32,
}

fn main() {}
