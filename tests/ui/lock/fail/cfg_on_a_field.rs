use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    #[cfg(unix)]
    pub parcels: u32,
}

fn main() {}
