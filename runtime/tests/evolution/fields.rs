//! The history of one event, told by attributes.

use gesta::event::{DecodeError, Encoded, EventObject as _};
use gesta::prelude::*;

fn cents_from_units(units: u32) -> u64 {
    u64::from(units) * 100
}

#[event(version = 3)]
#[removed(3, note: String)]
pub struct OrderPlaced {
    #[renamed(2, was = "customer")]
    pub customer_id: String,
    #[since(2, default = "EUR")]
    pub currency: String,
    #[changed(3, from = u32, with = cents_from_units)]
    pub total_cents: u64,
    #[since(3, default)]
    pub tags: Vec<String>,
}

/// In version 1 `owner` is stored under what is a field's name today, and that field under another.
#[event(version = 2)]
struct Renamed {
    #[renamed(2, was = "name")]
    owner: String,
    #[serde(rename = "title")]
    name: String,
}

#[test]
fn a_name_of_a_field_is_free_when_it_is_stored_under_another() {
    let json = r#"{"name":"ann","title":"Dr."}"#;
    let stored = Encoded {
        name: "Renamed",
        version: 1,
        json,
    };
    let event: Renamed = stored.decode().unwrap();
    assert_eq!((&*event.owner, &*event.name), ("ann", "Dr."));
}

fn read(version: u32, json: &str) -> Result<OrderPlaced, DecodeError> {
    Encoded {
        name: "OrderPlaced",
        version,
        json,
    }
    .decode()
}

#[test]
fn each_version_is_read_as_todays_struct() {
    for (version, json, currency) in [
        (1, r#"{"customer":"ann","total_cents":7,"note":"x"}"#, "EUR"),
        (
            2,
            r#"{"customer_id":"ann","currency":"CHF","total_cents":7,"note":"x"}"#,
            "CHF",
        ),
        (
            3,
            r#"{"customer_id":"ann","currency":"CHF","total_cents":700,"tags":[]}"#,
            "CHF",
        ),
    ] {
        let event = read(version, json).unwrap();
        assert_eq!(event.customer_id, "ann");
        assert_eq!(event.currency, currency);
        assert_eq!(event.total_cents, 700);
        assert!(event.tags.is_empty());
    }
}

#[event]
pub struct Weighed {
    pub grams: f64,
}

#[test]
fn a_float_is_read_as_it_was_written() {
    for grams in [
        2.220_446_049_250_313e-16,
        3.762_694_540_529_839e46,
        0.1,
        -0.0,
    ] {
        let json = Weighed { grams }.to_json().unwrap();
        let stored = Encoded {
            name: "Weighed",
            version: 1,
            json: &json,
        };
        let read = stored.decode::<Weighed>().unwrap();
        assert_eq!(read.grams.to_bits(), grams.to_bits());
    }
}

/// The field came in version 2, in units: so did what stands for it before.
#[event(version = 3)]
pub struct Invoiced {
    #[since(2, default = 7)]
    #[changed(3, from = u32, with = cents_from_units)]
    pub total_cents: u64,
}

#[test]
fn a_default_is_converted_like_what_was_stored_in_its_version() {
    for (version, json) in [
        (1, "null"),
        (2, r#"{"total_cents":7}"#),
        (3, r#"{"total_cents":700}"#),
    ] {
        let stored = Encoded {
            name: "Invoiced",
            version,
            json,
        };
        assert_eq!(stored.decode::<Invoiced>().unwrap().total_cents, 700);
    }
}
