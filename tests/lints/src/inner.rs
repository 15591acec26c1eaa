//! Private events and private commands, in a private module.

use gesta::prelude::*;

#[event]
struct Lit {}

/// A lamp.
#[aggregate]
#[derive(Debug, Default)]
pub struct Lamp {
    lit: bool,
}

#[aggregate]
impl Lamp {
    #[command(upsert)]
    fn light(&self, how: u8) -> Option<Lit> {
        (!self.lit && how > 0).then_some(Lit {})
    }

    #[command(upsert)]
    fn flash(&self, ctx: &CommandContext) -> (Lit, Option<LampEvent>) {
        (Lit {}, ctx.actor().map(|_| Lit {}.into()))
    }

    #[apply]
    fn lit(&mut self, _: &Lit) {
        self.lit = true;
    }
}

/// What one may ask of a lamp.
#[must_use]
pub fn commands() -> (impl gesta::Command, impl gesta::Command) {
    (Light { how: 1 }, Flash)
}
