use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    #[cfg_attr(unix, serde(rename = "n"))]
    pub parcels: u32,
}

fn main() {}
