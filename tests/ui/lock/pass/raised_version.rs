use gesta::prelude::*;

#[event(version = 3)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub customer: String,
    #[since(3, default)]
    pub tare: u32,
    pub grams: u32,
    #[since(2, default)]
    pub scale: String,
}

fn main() {}
