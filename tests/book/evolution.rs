//! A shipment whose events have changed, each in a module of its own.

use std::error::Error;

use gesta::Timestamp;
use gesta::event::{DecodeError, Encoded, Event, Meta};
use gesta::prelude::*;
use gesta::store::{Commit, MemoryStore, NewEvent, Store, StreamName};
use gesta::testing::{Impact, lock_difference};

#[rustfmt::skip]
mod first {
use gesta::prelude::*;

// ANCHOR: first
#[event]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}
// ANCHOR_END: first
}

#[rustfmt::skip]
mod added {
use gesta::prelude::*;

// ANCHOR: added
#[event(version = 2)]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
    #[since(2, default)]
    pub insured: bool,
}
// ANCHOR_END: added
}

#[rustfmt::skip]
mod renamed {
use gesta::prelude::*;

// ANCHOR: renamed
#[event(version = 2)]
pub struct ShipmentSent {
    #[renamed(2, was = "to")]
    pub recipient: String,
    pub parcels: u32,
}
// ANCHOR_END: renamed
}

#[rustfmt::skip]
mod changed {
use gesta::prelude::*;

// ANCHOR: changed
#[event(version = 2)]
pub struct ShipmentSent {
    pub to: String,
    #[changed(2, from = u32, with = u64::from)]
    pub parcels: u64,
}
// ANCHOR_END: changed
}

#[rustfmt::skip]
mod removed {
use gesta::prelude::*;

// ANCHOR: removed
#[event(version = 2)]
#[removed(2, parcels: u32)]
pub struct ShipmentSent {
    pub to: String,
}
// ANCHOR_END: removed
}

#[rustfmt::skip]
mod several {
use gesta::prelude::*;

// ANCHOR: several
#[event(version = 4)]
#[removed(4, parcels: u32)]
pub struct ShipmentSent {
    #[renamed(3, was = "to")]
    pub recipient: String,
    #[since(2, default)]
    pub insured: bool,
    #[since(4, default = "road")]
    pub by: String,
}
// ANCHOR_END: several
}

#[rustfmt::skip]
mod old_struct {
use gesta::prelude::*;

// ANCHOR: old_struct
#[event(name = "ShipmentSent")]
pub struct ShipmentSentV1 {
    pub to: String,
    pub parcels: u32,
}

#[event(version = 2, from = ShipmentSentV1)]
pub struct ShipmentSent {
    pub street: String,
    pub city: String,
    pub parcels: u32,
}

impl From<ShipmentSentV1> for ShipmentSent {
    fn from(old: ShipmentSentV1) -> Self {
        let (street, city) = old.to.split_once(", ").unwrap_or((&old.to, ""));
        Self {
            street: street.to_owned(),
            city: city.to_owned(),
            parcels: old.parcels,
        }
    }
}
// ANCHOR_END: old_struct
}

#[rustfmt::skip]
mod value_before {
use gesta::prelude::*;

// ANCHOR: value_before
#[value]
pub struct Parcel {
    pub width: u32,
    pub depth: u32,
}

#[event]
pub struct ParcelPacked {
    pub parcel: Parcel,
}
// ANCHOR_END: value_before
}

#[rustfmt::skip]
mod value {
use gesta::prelude::*;

// ANCHOR: value
#[value]
pub struct Parcel {
    pub width: u32,
    pub depth: u32,
}

#[value]
pub struct Carton {
    pub width: u32,
    pub depth: u32,
    pub height: Option<u32>,
}

impl Carton {
    fn of_unknown_height(old: Parcel) -> Self {
        Self { width: old.width, depth: old.depth, height: None }
    }
}

#[event(version = 2)]
pub struct ParcelPacked {
    #[changed(2, from = Parcel, with = Carton::of_unknown_height)]
    pub parcel: Carton,
}
// ANCHOR_END: value
}

#[event]
pub struct ShipmentSent {
    pub to: String,
    pub parcels: u32,
}

#[event]
pub struct ShipmentWeighed {
    pub grams: u32,
}

// ANCHOR: split
/// Until 2025 the driver counted and weighed at the door.
#[event]
pub struct ShipmentCollected {
    pub to: String,
    pub parcels: u32,
    pub grams: Option<u32>,
}
// ANCHOR_END: split

// ANCHOR: was
#[event(was = ["ShipmentLost"])]
pub struct ShipmentMissing;
// ANCHOR_END: was

// ANCHOR: retired
#[aggregate(retired("ShipmentFlagged"))]
#[derive(Debug, Default)]
pub struct Shipment {
    grams: u32,
    missing: bool,
}
// ANCHOR_END: retired

// ANCHOR: upcast
#[aggregate]
impl Shipment {
    #[upcast]
    fn collected(old: ShipmentCollected) -> (ShipmentSent, Option<ShipmentWeighed>) {
        let weighed = old.grams.map(|grams| ShipmentWeighed { grams });
        let (to, parcels) = (old.to, old.parcels);
        (ShipmentSent { to, parcels }, weighed)
    }

    #[apply]
    fn sent(&mut self, _: &ShipmentSent) {}

    #[apply]
    fn weighed(&mut self, event: &ShipmentWeighed) {
        self.grams = event.grams;
    }
    // ANCHOR_END: upcast

    #[apply]
    fn missing(&mut self, _: &ShipmentMissing) {
        self.missing = true;
    }
}

fn read<E: Event>(version: u32, json: &str) -> Result<E, DecodeError> {
    let name = E::NAME;
    Encoded {
        name,
        version,
        json,
    }
    .decode()
}

const SENT: &str = r#"{"to":"1 Quay, Ghent","parcels":3}"#;

#[test]
fn the_first_version_is_read_as_each_of_the_later_ones() {
    assert_eq!(read::<first::ShipmentSent>(1, SENT).unwrap().parcels, 3);
    assert!(!read::<added::ShipmentSent>(1, SENT).unwrap().insured);
    let renamed: renamed::ShipmentSent = read(1, SENT).unwrap();
    assert_eq!(renamed.recipient, "1 Quay, Ghent");
    assert_eq!(read::<changed::ShipmentSent>(1, SENT).unwrap().parcels, 3);
    let removed: removed::ShipmentSent = read(1, SENT).unwrap();
    assert_eq!(removed.to, "1 Quay, Ghent");
    let old: old_struct::ShipmentSent = read(1, SENT).unwrap();
    assert_eq!((&*old.street, &*old.city), ("1 Quay", "Ghent"));
}

#[test]
fn a_long_history_is_read_from_each_of_its_versions() {
    for (version, json) in [
        (1, r#"{"to":"Ghent","parcels":3}"#),
        (2, r#"{"to":"Ghent","parcels":3,"insured":true}"#),
        (3, r#"{"recipient":"Ghent","parcels":3,"insured":true}"#),
        (4, r#"{"recipient":"Ghent","insured":true,"by":"road"}"#),
    ] {
        let sent: several::ShipmentSent = read(version, json).unwrap();
        assert_eq!((&*sent.recipient, &*sent.by), ("Ghent", "road"));
        assert_eq!(sent.insured, version > 1);
    }
}

#[test]
fn a_value_is_lifted_with_its_event() {
    let json = r#"{"parcel":{"width":2,"depth":3}}"#;
    let before: value_before::ParcelPacked = read(1, json).unwrap();
    let today: value::ParcelPacked = read(1, json).unwrap();
    assert_eq!(before.parcel.width, today.parcel.width);
    assert_eq!(today.parcel.height, None);
}

#[test]
fn what_a_program_does_not_know_is_an_error() {
    // ANCHOR: newer
    let stored = Encoded {
        name: "ShipmentSent",
        version: 5,
        json: "{}",
    };
    let error = stored.decode::<ShipmentSent>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "event `ShipmentSent` is stored in version 5, the program knows version 1"
    );
    // ANCHOR_END: newer
}

/// What older programs stored, and a newer one.
async fn production() -> Result<MemoryStore, Box<dyn Error>> {
    let rows = [
        (
            "ShipmentCollected",
            1,
            r#"{"to":"Ghent","parcels":3,"grams":800}"#,
        ),
        ("ShipmentFlagged", 1, "{}"),
        ("ShipmentLost", 1, "null"),
        ("ShipmentSent", 2, r#"{"to":"Ghent","parcels":3}"#),
    ];
    let event = |(name, schema, json): (&'static str, u32, &str)| NewEvent {
        name: name.into(),
        schema,
        json: json.to_owned(),
    };
    let store = MemoryStore::new();
    let commit = Commit {
        stream: StreamName::new("Shipment", "S-17")?,
        expected: 0,
        digest: None,
        events: rows.into_iter().map(event).collect(),
        meta: Meta {
            command_id: Uuid::from_u128(1),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    };
    store.append(&[commit]).await?;
    Ok(store)
}

#[tokio::test]
async fn a_store_is_verified_before_a_deploy() -> Result<(), Box<dyn Error>> {
    let copy = production().await?;
    // ANCHOR: verify
    let app = App::builder()
        .store(copy)
        .aggregate::<Shipment>()
        .start()
        .await?;

    let found = app.verify().await?;
    println!("{found}");
    let may_go_live = found.is_ok();
    // ANCHOR_END: verify
    assert!(!may_go_live);
    assert_eq!(found.to_string(), include_str!("evolution/verified.txt"));
    Ok(())
}

#[test]
fn the_report_in_the_book_is_what_is_printed() {
    let before = include_str!("evolution/before.lock");
    let after = include_str!("evolution/after.lock");
    let difference = lock_difference(before, after).unwrap();
    assert_eq!(difference.impact(), Some(Impact::NeedsUpcast));
    let expected = include_str!("evolution/difference.txt");
    assert_eq!(difference.to_string(), expected);
}
