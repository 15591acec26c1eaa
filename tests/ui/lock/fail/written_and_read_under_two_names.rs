use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    #[serde(rename(serialize = "n", deserialize = "parcels"))]
    pub parcels: u32,
}

fn main() {}
