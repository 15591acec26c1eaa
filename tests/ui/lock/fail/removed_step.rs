use gesta::prelude::*;

#[event]
pub struct OrderPaid {}

#[saga(name = "Delivery", version = 2)]
pub struct Shipping {}

#[saga]
impl Shipping {
    #[start]
    fn start(_: &OrderPaid) -> Self {
        Self {}
    }

    #[step(effect, no_undo)]
    async fn send(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

fn main() {}
