//! Who gets the magazine.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event]
pub struct SubscriptionStarted {
    pub reader: String,
    /// Where the reader heard of the magazine.
    pub source: String,
    /// Of a year, in euros.
    pub price: u32,
}

#[event]
pub struct SubscriptionGifted {
    pub reader: String,
    /// Empty if the giver is not to be told.
    pub giver: String,
    /// Of a year, in euros.
    pub price: u32,
}

#[event]
pub struct AddressChanged {
    pub address: String,
}

#[event]
pub struct SubscriptionPaused;

#[event]
pub struct IssueSent {
    pub number: u32,
}

#[event]
pub struct ReminderSent {
    pub text: String,
}

#[aggregate(snapshot(every = 4))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    pub reader: String,
    pub price: u32,
    pub address: String,
    pub pauses: u32,
    pub issues: Vec<u32>,
    pub reminders: u32,
}

#[aggregate]
impl Subscription {
    #[command(create)]
    pub fn start(&self, reader: String, source: String, price: u32) -> SubscriptionStarted {
        SubscriptionStarted {
            reader,
            source,
            price,
        }
    }

    #[command(create)]
    pub fn gift(&self, reader: String, giver: String, price: u32) -> SubscriptionGifted {
        SubscriptionGifted {
            reader,
            giver,
            price,
        }
    }

    #[command]
    pub fn relocate(&self, address: String) -> AddressChanged {
        AddressChanged { address }
    }

    #[command]
    pub fn pause(&self) -> SubscriptionPaused {
        SubscriptionPaused
    }

    #[command]
    pub fn deliver(&self, number: u32) -> IssueSent {
        IssueSent { number }
    }

    #[command]
    pub fn remind(&self, text: String) -> ReminderSent {
        ReminderSent { text }
    }

    #[apply]
    fn started(&mut self, event: &SubscriptionStarted) {
        self.reader.clone_from(&event.reader);
        self.price = event.price;
    }

    #[apply]
    fn gifted(&mut self, event: &SubscriptionGifted) {
        self.reader.clone_from(&event.reader);
        self.price = event.price;
    }

    #[apply]
    fn relocated(&mut self, event: &AddressChanged) {
        self.address.clone_from(&event.address);
    }

    #[apply]
    fn paused(&mut self, _: &SubscriptionPaused) {
        self.pauses += 1;
    }

    #[apply]
    fn sent(&mut self, event: &IssueSent) {
        self.issues.push(event.number);
    }

    #[apply]
    fn reminded(&mut self, _: &ReminderSent) {
        self.reminders += 1;
    }
}
