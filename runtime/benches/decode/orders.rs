//! An aggregate of eight events, one of which has a history.

use gesta::prelude::*;

#[event(version = 3)]
pub struct OrderPlaced {
    #[renamed(2, was = "customer")]
    pub customer_id: String,
    #[since(2, default = "EUR")]
    pub currency: String,
    #[changed(3, from = u32, with = cents)]
    pub total_cents: u64,
    pub express: bool,
    #[since(3, default)]
    pub voucher: Option<String>,
    pub items: Vec<String>,
}

pub fn cents(units: u32) -> u64 {
    u64::from(units) * 100
}

#[event]
pub struct OrderPaid {
    pub cents: u64,
}

#[event]
pub struct OrderPacked {
    pub parcels: u32,
}

#[event]
pub struct OrderShipped {
    pub carrier: String,
}

#[event]
pub struct OrderDelivered;

#[event]
pub struct OrderReturned {
    pub reason: String,
}

#[event]
pub struct OrderRefunded {
    pub cents: u64,
}

#[event]
pub struct OrderClosed;

#[aggregate]
#[derive(Default)]
pub struct Order {
    events: u64,
}

/// The event that is measured comes last: its name is compared with all others.
#[aggregate]
impl Order {
    #[apply]
    fn paid(&mut self, _: &OrderPaid) {
        self.events += 1;
    }

    #[apply]
    fn packed(&mut self, _: &OrderPacked) {
        self.events += 1;
    }

    #[apply]
    fn shipped(&mut self, _: &OrderShipped) {
        self.events += 1;
    }

    #[apply]
    fn delivered(&mut self, _: &OrderDelivered) {
        self.events += 1;
    }

    #[apply]
    fn returned(&mut self, _: &OrderReturned) {
        self.events += 1;
    }

    #[apply]
    fn refunded(&mut self, _: &OrderRefunded) {
        self.events += 1;
    }

    #[apply]
    fn closed(&mut self, _: &OrderClosed) {
        self.events += 1;
    }

    #[apply]
    fn placed(&mut self, _: &OrderPlaced) {
        self.events += 1;
    }
}
