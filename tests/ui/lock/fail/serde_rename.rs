use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    #[serde(rename = "recipient")]
    pub to: String,
    pub parcels: u32,
}

fn main() {}
