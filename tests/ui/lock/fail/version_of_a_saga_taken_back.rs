use gesta::prelude::*;

#[event]
pub struct OrderPaid {}

#[saga]
pub struct Delivery {}

#[saga]
impl Delivery {
    #[start]
    fn start(_: &OrderPaid) -> Self {
        Self {}
    }

    #[step(effect, no_undo)]
    async fn pack(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    #[step(effect, no_undo)]
    async fn send(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

fn main() {}
