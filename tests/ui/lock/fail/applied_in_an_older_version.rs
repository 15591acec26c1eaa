use gesta::prelude::*;

#[event]
#[serde(deny_unknown_fields)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

#[event]
pub struct ShipmentWeighed {
    pub client: String,
    pub grams: u32,
}

#[event]
pub struct ShipmentLost;

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
    fn lost(&mut self, _: &ShipmentLost) {}
}

fn main() {}
