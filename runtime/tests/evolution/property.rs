//! Whatever an older version wrote is what the conversion by hand makes of it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use gesta::{Encoded, Event, Events};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;

use crate::shop::{
    CustomerKnown, Delta, ItemOrdered, ParcelSent, ShopClosed, ShopEvent, Size, StockCounted, Unit,
};

#[derive(Debug, Clone, Serialize)]
struct StockCountedV1 {
    who: String,
    amount: u64,
    delta: i64,
    weight: Option<f64>,
    tags: Vec<Option<String>>,
    size: Vec<Size>,
    prices: BTreeMap<String, (u64, i64)>,
    note: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct StockCountedV2 {
    clerk: String,
    amount: u64,
    delta: i64,
    weight: f64,
    tags: Vec<Option<String>>,
    size: Vec<Size>,
    prices: BTreeMap<String, (u64, i64)>,
    note: Option<String>,
    currency: String,
    shelf: String,
}

#[derive(Debug, Clone, Serialize)]
struct StockCountedV3 {
    clerk: String,
    amount: u64,
    delta: Delta,
    weight: f64,
    tags: Vec<Option<String>>,
    dimensions: Vec<Size>,
    prices: BTreeMap<String, (u64, i64)>,
    currency: String,
    shelf: String,
    checked: bool,
}

impl StockCountedV1 {
    fn today(self) -> StockCounted {
        let weight = self.weight.unwrap_or(0.0);
        StockCounted {
            clerk: self.who,
            amount: self.amount,
            delta: Delta {
                value: self.delta,
                negative: self.delta.is_negative(),
            },
            weight: vec![weight, weight / 2.0],
            tags: self.tags,
            sizes: self.size,
            prices: self.prices,
            currency: "EUR".to_owned(),
            checked: false,
            marks: vec!['a', '\u{10ffff}'],
        }
    }
}

impl StockCountedV2 {
    fn today(self) -> StockCounted {
        StockCounted {
            clerk: self.clerk,
            amount: self.amount,
            delta: Delta {
                value: self.delta,
                negative: self.delta.is_negative(),
            },
            weight: vec![self.weight, self.weight / 2.0],
            tags: self.tags,
            sizes: self.size,
            prices: self.prices,
            currency: self.currency,
            checked: false,
            marks: vec!['a', '\u{10ffff}'],
        }
    }
}

impl StockCountedV3 {
    fn today(self) -> StockCounted {
        StockCounted {
            clerk: self.clerk,
            amount: self.amount,
            delta: self.delta,
            weight: vec![self.weight, self.weight / 2.0],
            tags: self.tags,
            sizes: self.dimensions,
            prices: self.prices,
            currency: self.currency,
            checked: self.checked,
            marks: vec!['a', '\u{10ffff}'],
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct ParcelSentV1 {
    place: String,
}

#[derive(Debug, Clone, Serialize)]
struct ParcelSentV2 {
    place: String,
    parcels: u8,
}

#[derive(Debug, Clone, Serialize)]
struct ParcelSentV3 {
    street: String,
    city: Option<String>,
    parcels: u8,
}

impl ParcelSentV2 {
    fn today(self) -> ParcelSent {
        let mut parts = self.place.splitn(2, ',');
        ParcelSent {
            street: parts.next().unwrap().to_owned(),
            town: parts.next().map(str::to_owned),
            parcels: self.parcels,
            express: self.parcels >= 10,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct BasketOrderedV1 {
    customer: String,
    items: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct BasketOrderedV2 {
    customer: String,
    items: Vec<String>,
    gift: Option<String>,
}

impl BasketOrderedV2 {
    fn today(self) -> Vec<ShopEvent> {
        let mut events = vec![ShopEvent::from(CustomerKnown {
            customer: self.customer,
        })];
        for item in self.items {
            events.push(ItemOrdered { item, gift: false }.into());
        }
        if let Some(item) = self.gift {
            events.push(ItemOrdered { item, gift: true }.into());
        }
        events
    }
}

/// Reads what an old shape is stored as, through the event and through the aggregate.
fn check<E>(name: &str, version: u32, old: &impl Serialize, today: &E) -> Result<(), TestCaseError>
where
    E: Event + PartialEq + Into<ShopEvent>,
{
    let json = serde_json::to_string(old).unwrap();
    let stored = Encoded {
        name,
        version,
        json: &json,
    };
    prop_assert_eq!(&stored.decode::<E>().unwrap(), today);
    check_all(name, version, old, &[today.clone().into()])
}

fn check_all(
    name: &str,
    version: u32,
    old: &impl Serialize,
    today: &[impl Debug],
) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(old).unwrap();
    let stored = Encoded {
        name,
        version,
        json: &json,
    };
    let lifted: Vec<_> = ShopEvent::decode(stored).unwrap().into_iter().collect();
    prop_assert_eq!(format!("{lifted:?}"), format!("{today:?}"));
    Ok(())
}

/// Any Unicode, not only what has a glyph.
fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

fn finite() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
        Just(f64::MAX),
        Just(f64::MIN),
        Just(f64::MIN_POSITIVE),
        Just(f64::EPSILON),
    ]
}

fn unsigned() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(u64::MAX), Just(0)]
}

fn signed() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
}

fn sizes() -> impl Strategy<Value = Vec<Size>> {
    let unit = prop_oneof![
        Just(Unit::Metre),
        text().prop_map(Unit::Other),
        finite().prop_map(|by| Unit::Scaled { by }),
    ];
    let size = (any::<u32>(), unit).prop_map(|(width, unit)| Size { width, unit });
    vec(size, 0..4)
}

prop_compose! {
    fn counted_1()(
        who in text(), amount in unsigned(), delta in signed(), weight in of(finite()),
        tags in vec(of(text()), 0..4), size in sizes(),
        prices in btree_map(text(), (unsigned(), signed()), 0..4), note in of(text()),
    ) -> StockCountedV1 {
        StockCountedV1 { who, amount, delta, weight, tags, size, prices, note }
    }
}

prop_compose! {
    fn counted_2()(
        old in counted_1(), weight in finite(), currency in text(), shelf in text(),
    ) -> StockCountedV2 {
        StockCountedV2 {
            clerk: old.who, amount: old.amount, delta: old.delta, weight, tags: old.tags,
            size: old.size, prices: old.prices, note: old.note, currency, shelf,
        }
    }
}

prop_compose! {
    fn counted_3()(old in counted_2(), negative: bool, checked: bool) -> StockCountedV3 {
        StockCountedV3 {
            clerk: old.clerk, amount: old.amount, delta: Delta { value: old.delta, negative },
            weight: old.weight, tags: old.tags, dimensions: old.size, prices: old.prices,
            currency: old.currency, shelf: old.shelf, checked,
        }
    }
}

/// With a comma now and then.
fn place() -> impl Strategy<Value = String> {
    (text(), of(text())).prop_map(|(street, town)| match town {
        Some(town) => format!("{street},{town}"),
        None => street,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn three_steps(old in counted_1()) {
        check("StockCounted", 1, &old, &old.clone().today())?;
    }

    #[test]
    fn two_steps(old in counted_2()) {
        check("StockCounted", 2, &old, &old.clone().today())?;
    }

    #[test]
    fn one_step(old in counted_3()) {
        check("StockCounted", 3, &old, &old.clone().today())?;
    }

    #[test]
    fn no_step(old in counted_3()) {
        let today = old.today();
        check("StockCounted", 4, &today, &today)?;
    }

    #[test]
    fn a_struct_and_then_fields(place in place(), parcels: u8) {
        let old = ParcelSentV2 { place, parcels };
        check("ParcelSent", 2, &old, &old.clone().today())?;
        let first = ParcelSentV1 { place: old.place.clone() };
        check("ParcelSent", 1, &first, &ParcelSentV2 { parcels: 1, ..old }.today())?;
    }

    #[test]
    fn fields_after_a_struct(street in text(), city in of(text()), parcels: u8) {
        let old = ParcelSentV3 { street: street.clone(), city: city.clone(), parcels };
        let today = ParcelSent { street, town: city, parcels, express: false };
        check("ParcelSent", 3, &old, &today)?;
        check("ParcelSent", 4, &today, &today)?;
    }

    #[test]
    fn fields_where_there_were_none(reason in of(text())) {
        check("ShopClosed", 1, &(), &ShopClosed { reason: None })?;
        let today = ShopClosed { reason };
        check("ShopClosed", 2, &today, &today)?;
    }

    #[test]
    fn other_names(item in text(), gift: bool) {
        for name in ["ItemBought", "ItemTaken", "ItemOrdered"] {
            let (old, today) = (BTreeMap::from([("item", &item)]), ItemOrdered { item: item.clone(), gift });
            check(name, 1, &old, &ItemOrdered { gift: false, ..today.clone() })?;
            check(name, 2, &today, &today)?;
        }
    }

    #[test]
    fn several_events(name in any::<char>(), rest in text(), items in vec(text(), 0..5), gift in of(text())) {
        let customer = format!("{name}{rest}");
        let old = BasketOrderedV2 { customer, items, gift };
        check_all("BasketOrdered", 2, &old, &old.clone().today())?;
        let (customer, items) = (old.customer.clone(), old.items.clone());
        let first = BasketOrderedV1 { customer, items };
        check_all("BasketOrdered", 1, &first, &BasketOrderedV2 { gift: None, ..old }.today())?;
    }
}
