use gesta::prelude::*;

#[event(version = 2)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "sender")]
    pub customer: String,
    pub grams: u32,
    #[since(2, default)]
    pub scale: String,
}

fn main() {}
