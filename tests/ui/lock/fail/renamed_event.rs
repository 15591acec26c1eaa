use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

#[event(version = 2)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub customer: String,
    pub grams: u32,
    #[since(2, default)]
    pub scale: String,
}

#[event]
pub struct ShipmentMissing;

#[aggregate]
#[derive(Default)]
pub struct Shipment {}

#[aggregate]
impl Shipment {
    #[apply]
    fn sent(&mut self, _: &ShipmentSent) {}
    #[apply]
    fn weighed(&mut self, _: &ShipmentWeighed) {}
    #[apply]
    fn lost(&mut self, _: &ShipmentMissing) {}
}

fn main() {}
