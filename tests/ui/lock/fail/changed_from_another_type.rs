use gesta::prelude::*;

#[event(version = 3)]
pub struct ShipmentWeighed {
    #[renamed(2, was = "client")]
    pub customer: String,
    #[changed(3, from = u16, with = u64::from)]
    pub grams: u64,
    #[since(2, default)]
    pub scale: String,
}

fn main() {}
