use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
}

fn main() {}
