//! Who gets the magazine.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event(version = 4)]
#[removed(3, source: String)]
#[removed(4, campaign: String, since = 2)]
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
    #[since(3, default)]
    pub notes: Vec<String>,
}

fn cents(units: u32) -> u64 {
    u64::from(units) * 100
}

/// A subscription that somebody else pays; it is told in two events now.
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

#[event]
pub struct GiverNamed {
    pub giver: String,
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

#[event(version = 3)]
pub struct SubscriptionPaused {
    #[since(2, default)]
    #[renamed(3, was = "weeks")]
    #[changed(3, from = Option<u32>, with = days)]
    pub days: u32,
}

/// Nobody said how long: a fortnight.
fn days(weeks: Option<u32>) -> u32 {
    weeks.unwrap_or(2) * 7
}

#[event(version = 2, was = ["IssueSent"])]
pub struct IssueDispatched {
    pub number: u32,
    #[since(2, default = "post")]
    pub channel: String,
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
    pub days_paused: u32,
    pub issues: Vec<u32>,
    pub notes: Vec<String>,
    pub giver: Option<String>,
}

#[aggregate]
impl Subscription {
    #[command(create)]
    pub fn start(
        &self,
        reader: String,
        price: u64,
        copies: u32,
        notes: Vec<String>,
    ) -> SubscriptionStarted {
        SubscriptionStarted {
            reader_name: reader,
            price,
            currency: "GBP".to_owned(),
            copies,
            notes,
        }
    }

    #[command(create)]
    pub fn gift(
        &self,
        reader: String,
        price: u64,
        giver: String,
        message: String,
    ) -> (SubscriptionStarted, GiverNamed) {
        let started = self.start(reader, price, 1, Vec::new());
        (started, GiverNamed { giver, message })
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
    pub fn pause(&self, days: u32) -> SubscriptionPaused {
        SubscriptionPaused { days }
    }

    #[command]
    pub fn deliver(&self, number: u32, channel: String) -> IssueDispatched {
        IssueDispatched { number, channel }
    }

    #[apply]
    fn started(&mut self, event: &SubscriptionStarted) {
        self.reader.clone_from(&event.reader_name);
        self.price = event.price;
        self.currency.clone_from(&event.currency);
        self.copies = event.copies;
        self.notes.clone_from(&event.notes);
    }

    #[upcast]
    fn gifted(old: SubscriptionGifted) -> (SubscriptionStarted, Option<GiverNamed>) {
        let started = SubscriptionStarted {
            reader_name: old.reader,
            price: cents(old.price),
            currency: "EUR".to_owned(),
            copies: 1,
            notes: Vec::new(),
        };
        let (giver, message) = (old.giver, old.message);
        let named = (!giver.is_empty()).then_some(GiverNamed { giver, message });
        (started, named)
    }

    #[apply]
    fn given(&mut self, event: &GiverNamed) {
        self.giver = Some(event.giver.clone());
    }

    #[apply]
    fn relocated(&mut self, event: &AddressChanged) {
        self.street.clone_from(&event.street);
        self.city.clone_from(&event.city);
        self.country.clone_from(&event.country);
    }

    #[apply]
    fn paused(&mut self, event: &SubscriptionPaused) {
        self.days_paused += event.days;
    }

    #[apply]
    fn sent(&mut self, event: &IssueDispatched) {
        self.issues.push(event.number);
    }
}
