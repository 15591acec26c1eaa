use gesta::prelude::*;

#[event(version = 3)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub customer: String,
    #[since(2, default)]
    #[renamed(3, was = "scale")]
    pub device: String,
}

fn main() {}
