//! A shop whose events have every kind of history that decoding knows. The fuzz target reads this file too.

use std::collections::BTreeMap;

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub width: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Unit {
    Metre,
    Other(String),
    Scaled { by: f64 },
}

/// Four versions of nothing but fields.
#[event(version = 4)]
#[removed(3, note: Option<String>)]
#[removed(4, shelf: String, since = 2)]
#[derive(PartialEq)]
pub struct StockCounted {
    #[renamed(2, was = "who")]
    pub clerk: String,
    pub amount: u64,
    #[changed(3, from = i64, with = Delta::new)]
    pub delta: Delta,
    #[changed(2, from = Option<f64>, with = or_zero)]
    #[changed(4, from = f64, with = scaled)]
    pub weight: Vec<f64>,
    pub tags: Vec<Option<String>>,
    #[renamed(4, was = "dimensions")]
    #[renamed(3, was = "size")]
    pub sizes: Vec<Size>,
    pub prices: BTreeMap<String, (u64, i64)>,
    #[since(2, default = "EUR")]
    pub currency: String,
    #[since(3, default)]
    pub checked: bool,
    #[since(4, default = vec!['a', '\u{10ffff}'])]
    pub marks: Vec<char>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    pub value: i64,
    pub negative: bool,
}

impl Delta {
    pub fn new(value: i64) -> Self {
        let negative = value < 0;
        Self { value, negative }
    }
}

pub fn or_zero(weight: Option<f64>) -> f64 {
    weight.unwrap_or(0.0)
}

pub fn scaled(weight: f64) -> Vec<f64> {
    vec![weight, weight / 2.0]
}

/// A struct that had two versions of its own, and fields that changed after it.
#[event(name = "ParcelSent", version = 2)]
pub struct ParcelSentV2 {
    pub place: String,
    #[since(2, default = 1)]
    pub parcels: u8,
}

#[event(version = 4, from = ParcelSentV2)]
#[derive(PartialEq)]
pub struct ParcelSent {
    pub street: String,
    #[renamed(4, was = "city")]
    pub town: Option<String>,
    pub parcels: u8,
    #[since(4, default)]
    pub express: bool,
}

impl From<ParcelSentV2> for ParcelSent {
    fn from(old: ParcelSentV2) -> Self {
        let (street, town) = match old.place.split_once(',') {
            Some((street, town)) => (street, Some(town.to_owned())),
            None => (&*old.place, None),
        };
        Self {
            street: street.to_owned(),
            town,
            parcels: old.parcels,
            express: old.parcels > 9,
        }
    }
}

/// It had no fields once.
#[event(version = 2)]
#[derive(PartialEq)]
pub struct ShopClosed {
    #[since(2, default)]
    pub reason: Option<String>,
}

/// A customer, and all that was ordered; it is told in several events now.
#[event(version = 2)]
pub struct BasketOrdered {
    pub customer: String,
    pub items: Vec<String>,
    #[since(2, default)]
    pub gift: Option<String>,
}

#[event]
#[derive(PartialEq)]
pub struct CustomerKnown {
    pub customer: String,
}

#[event(version = 2, was = ["ItemBought", "ItemTaken"])]
#[derive(PartialEq)]
pub struct ItemOrdered {
    pub item: String,
    #[since(2, default)]
    pub gift: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("nobody ordered")]
pub struct Nobody;

#[aggregate(error = Nobody)]
#[derive(Default)]
pub struct Shop {
    events: u64,
}

#[aggregate]
impl Shop {
    #[upcast]
    fn ordered(
        old: BasketOrdered,
    ) -> Result<(CustomerKnown, Vec<ItemOrdered>, Option<ItemOrdered>), Nobody> {
        if old.customer.is_empty() {
            return Err(Nobody);
        }
        let customer = CustomerKnown {
            customer: old.customer,
        };
        let ordered = |gift| move |item| ItemOrdered { item, gift };
        let items = old.items.into_iter().map(ordered(false));
        Ok((customer, items.collect(), old.gift.map(ordered(true))))
    }

    #[apply]
    fn counted(&mut self, _: &StockCounted) {
        self.events += 1;
    }

    #[apply]
    fn sent(&mut self, _: &ParcelSent) {
        self.events += 1;
    }

    #[apply]
    fn closed(&mut self, _: &ShopClosed) {
        self.events += 1;
    }

    #[apply]
    fn known(&mut self, _: &CustomerKnown) {
        self.events += 1;
    }

    #[apply]
    fn item(&mut self, _: &ItemOrdered) {
        self.events += 1;
    }
}
