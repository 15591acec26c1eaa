//! Support: a higher level waits for less long on the telephone.

use gesta::prelude::*;

use super::{NotAsked, Requests};
use crate::level::Level;

#[event]
pub struct SupportTierRequested {
    pub upgrade: String,
    pub level: Level,
}

#[event]
pub struct SupportTierChanged {
    pub upgrade: String,
    /// The first is served first.
    pub tier: u32,
}

/// What support does for one member.
#[aggregate(error = NotAsked)]
#[derive(Debug, Default)]
pub struct Support {
    requests: Requests,
}

#[aggregate]
impl Support {
    #[command(upsert)]
    pub fn request_support_tier(&self, upgrade: String, level: Level) -> SupportTierRequested {
        SupportTierRequested { upgrade, level }
    }

    #[command(upsert)]
    pub fn change_support_tier(&self, upgrade: String) -> Result<SupportTierChanged, NotAsked> {
        let tier = match self.requests.level(&upgrade)? {
            Level::Bronze => 4,
            Level::Silver => 3,
            Level::Gold => 2,
            Level::Platinum => 1,
        };
        Ok(SupportTierChanged { upgrade, tier })
    }

    #[apply]
    fn requested(&mut self, event: &SupportTierRequested) {
        self.requests.open(&event.upgrade, event.level);
    }

    #[apply]
    fn changed(&mut self, event: &SupportTierChanged) {
        self.requests.close(&event.upgrade);
    }
}
