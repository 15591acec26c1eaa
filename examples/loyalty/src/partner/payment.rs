//! The payment service: a higher level may pay later.

use gesta::prelude::*;

use super::{NotAsked, Requests};
use crate::level::Level;

#[event]
pub struct PaymentTermsRequested {
    pub upgrade: String,
    pub level: Level,
}

#[event]
pub struct PaymentTermsChanged {
    pub upgrade: String,
    /// After so many days bills are due.
    pub days: u32,
}

/// What the payment service does for one member.
#[aggregate(error = NotAsked)]
#[derive(Debug, Default)]
pub struct Payment {
    requests: Requests,
}

#[aggregate]
impl Payment {
    #[command(upsert)]
    pub fn request_payment_terms(&self, upgrade: String, level: Level) -> PaymentTermsRequested {
        PaymentTermsRequested { upgrade, level }
    }

    #[command(upsert)]
    pub fn change_payment_terms(&self, upgrade: String) -> Result<PaymentTermsChanged, NotAsked> {
        let days = match self.requests.level(&upgrade)? {
            Level::Bronze => 0,
            Level::Silver => 14,
            Level::Gold => 30,
            Level::Platinum => 60,
        };
        Ok(PaymentTermsChanged { upgrade, days })
    }

    #[apply]
    fn requested(&mut self, event: &PaymentTermsRequested) {
        self.requests.open(&event.upgrade, event.level);
    }

    #[apply]
    fn changed(&mut self, event: &PaymentTermsChanged) {
        self.requests.close(&event.upgrade);
    }
}
