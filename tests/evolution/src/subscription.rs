//! Who gets the magazine.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event(version = 3)]
#[removed(3, source: String)]
pub struct SubscriptionStarted {
    #[renamed(2, was = "reader")]
    pub reader_name: String,
    /// Of a year, in hundredths of the currency.
    #[changed(3, from = u32, with = cents)]
    pub price: u64,
    #[since(2, default = "EUR")]
    pub currency: String,
    #[since(2, default = 1)]
    pub copies: u32,
    /// What made the reader subscribe.
    #[since(2, default = "none".to_owned())]
    pub campaign: String,
    #[since(3, default)]
    pub notes: Vec<String>,
}

fn cents(units: u32) -> u64 {
    u64::from(units) * 100
}

#[event(version = 2)]
pub struct SubscriptionGifted {
    pub reader: String,
    /// Empty if the giver is not to be told.
    pub giver: String,
    /// Of a year, in euros.
    pub price: u32,
    #[since(2, default)]
    pub message: String,
}

#[event(name = "AddressChanged", version = 1)]
pub struct AddressChangedV1 {
    pub address: String,
}

#[event(version = 3, from = AddressChangedV1)]
pub struct AddressChanged {
    pub street: String,
    pub city: String,
    #[since(3, default = "UK")]
    pub country: String,
}

impl From<AddressChangedV1> for AddressChanged {
    fn from(old: AddressChangedV1) -> Self {
        let (street, city) = old.address.split_once(", ").unwrap_or((&old.address, ""));
        Self {
            street: street.to_owned(),
            city: city.to_owned(),
            country: "UK".to_owned(),
        }
    }
}

#[event(version = 2)]
pub struct SubscriptionPaused {
    /// Until the reader says otherwise, if nobody knows.
    #[since(2, default)]
    pub weeks: Option<u32>,
}

#[event(was = ["IssueSent"])]
pub struct IssueDispatched {
    pub number: u32,
}

#[aggregate(snapshot(every = 4), retired("ReminderSent"))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    pub reader: String,
    pub price: u64,
    pub currency: String,
    pub copies: u32,
    pub street: String,
    pub city: String,
    pub country: String,
    pub pauses: Vec<Option<u32>>,
    pub issues: Vec<u32>,
    pub notes: Vec<String>,
}

#[aggregate]
impl Subscription {
    #[command(create)]
    pub fn start(
        &self,
        reader: String,
        price: u64,
        copies: u32,
        campaign: String,
        notes: Vec<String>,
    ) -> SubscriptionStarted {
        SubscriptionStarted {
            reader_name: reader,
            price,
            currency: "GBP".to_owned(),
            copies,
            campaign,
            notes,
        }
    }

    #[command(create)]
    pub fn gift(
        &self,
        reader: String,
        giver: String,
        price: u32,
        message: String,
    ) -> SubscriptionGifted {
        SubscriptionGifted {
            reader,
            giver,
            price,
            message,
        }
    }

    #[command]
    pub fn relocate(&self, street: String, city: String, country: String) -> AddressChanged {
        AddressChanged {
            street,
            city,
            country,
        }
    }

    #[command]
    pub fn pause(&self, weeks: Option<u32>) -> SubscriptionPaused {
        SubscriptionPaused { weeks }
    }

    #[command]
    pub fn deliver(&self, number: u32) -> IssueDispatched {
        IssueDispatched { number }
    }

    #[apply]
    fn started(&mut self, event: &SubscriptionStarted) {
        self.reader.clone_from(&event.reader_name);
        self.price = event.price;
        self.currency.clone_from(&event.currency);
        self.copies = event.copies;
        self.notes.clone_from(&event.notes);
    }

    #[apply]
    fn gifted(&mut self, event: &SubscriptionGifted) {
        self.reader.clone_from(&event.reader);
        self.price = cents(event.price);
        self.currency = "EUR".to_owned();
        self.copies = 1;
    }

    #[apply]
    fn relocated(&mut self, event: &AddressChanged) {
        self.street.clone_from(&event.street);
        self.city.clone_from(&event.city);
        self.country.clone_from(&event.country);
    }

    #[apply]
    fn paused(&mut self, event: &SubscriptionPaused) {
        self.pauses.push(event.weeks);
    }

    #[apply]
    fn sent(&mut self, event: &IssueDispatched) {
        self.issues.push(event.number);
    }
}
