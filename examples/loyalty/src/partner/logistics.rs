//! Logistics: a higher level is served sooner.

use gesta::prelude::*;

use super::{NotAsked, Requests};
use crate::level::Level;

#[event]
pub struct ShippingRequested {
    pub upgrade: String,
    pub level: Level,
}

#[event]
pub struct ShippingUpgraded {
    pub upgrade: String,
    /// Within so many hours parcels leave the house.
    pub hours: u32,
}

/// What logistics does for one member.
#[aggregate(error = NotAsked)]
#[derive(Debug, Default)]
pub struct Logistics {
    requests: Requests,
}

#[aggregate]
impl Logistics {
    #[command(upsert)]
    pub fn request_shipping(&self, upgrade: String, level: Level) -> ShippingRequested {
        ShippingRequested { upgrade, level }
    }

    #[command(upsert)]
    pub fn upgrade_shipping(&self, upgrade: String) -> Result<ShippingUpgraded, NotAsked> {
        let hours = match self.requests.level(&upgrade)? {
            Level::Bronze => 72,
            Level::Silver => 48,
            Level::Gold => 24,
            Level::Platinum => 4,
        };
        Ok(ShippingUpgraded { upgrade, hours })
    }

    #[apply]
    fn requested(&mut self, event: &ShippingRequested) {
        self.requests.open(&event.upgrade, event.level);
    }

    #[apply]
    fn upgraded(&mut self, event: &ShippingUpgraded) {
        self.requests.close(&event.upgrade);
    }
}
