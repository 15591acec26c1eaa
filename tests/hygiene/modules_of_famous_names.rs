//! Modules of the user are named like crates.

mod std {}
mod core {}
mod alloc {}
mod gesta {}
mod serde {}
mod private {}

use ::gesta::{AggregateId, aggregate, event};

#[event]
pub struct Opened {
    pub owner: String,
}

#[aggregate(id = Number)]
#[derive(Default)]
pub struct Thing;

#[aggregate]
impl Thing {
    #[::gesta::command]
    fn open(&self, owner: String) -> Result<Opened, ::core::convert::Infallible> {
        Ok(Opened { owner })
    }

    #[::gesta::apply]
    fn opened(&mut self, _: &self::Opened) {}
}

#[derive(Debug, Clone, AggregateId)]
pub struct Number {
    digits: u64,
}

#[::gesta::projection(of(self::Thing))]
pub struct View {
    #[index]
    owner: String,
}

#[::gesta::projection]
impl self::View {
    #[::gesta::on(key = event.owner)]
    fn opened(&mut self, event: &self::Opened) {
        self.owner = event.owner.clone();
    }
}
