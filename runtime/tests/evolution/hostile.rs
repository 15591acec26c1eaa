//! Whatever is stored, reading it gives events or a typed error, and no panic.

use gesta::{DecodeError, Encoded, Events};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;

use crate::shop::ShopEvent;

const NAMES: &[&str] = &[
    "StockCounted",
    "ParcelSent",
    "ShopClosed",
    "BasketOrdered",
    "CustomerKnown",
    "ItemOrdered",
    "ItemBought",
    "ItemTaken",
];

/// One of each shape that there was.
const PAYLOADS: &[&str] = &[
    r#"{"who":"ann","amount":1,"delta":-1,"weight":null,"tags":["x",null],"size":[{"width":1,"unit":"Metre"}],"prices":{"a":[1,-1]},"note":"n"}"#,
    r#"{"clerk":"ann","amount":1,"delta":-1,"weight":0.5,"tags":[],"size":[],"prices":{},"note":null,"currency":"CHF","shelf":"s"}"#,
    r#"{"clerk":"ann","amount":1,"delta":{"value":1,"negative":false},"weight":0.5,"tags":[],"dimensions":[{"width":1,"unit":{"Scaled":{"by":2.5}}}],"prices":{},"currency":"CHF","shelf":"s","checked":true}"#,
    r#"{"clerk":"ann","amount":1,"delta":{"value":1,"negative":false},"weight":[0.5],"tags":[],"sizes":[],"prices":{},"currency":"CHF","checked":true,"marks":["a"]}"#,
    r#"{"place":"Mill Lane 1, Oldham"}"#,
    r#"{"place":"Mill Lane 1, Oldham","parcels":200}"#,
    r#"{"street":"Mill Lane 1","city":"Oldham","parcels":2}"#,
    r#"{"street":"Mill Lane 1","town":null,"parcels":2,"express":true}"#,
    "null",
    "{}",
    r#"{"reason":"late"}"#,
    r#"{"customer":"ann","items":["a","b"]}"#,
    r#"{"customer":"","items":[],"gift":"c"}"#,
    r#"{"customer":"ann"}"#,
    r#"{"item":"a"}"#,
    r#"{"item":"a","gift":true}"#,
];

/// What does not fit anywhere, to be put somewhere.
const FRAGMENTS: &[&str] = &[
    "18446744073709551616",
    "-9223372036854775809",
    "1e400",
    "-1e-400",
    "1E+999999999999999999999",
    "0.00000000000000000000000000000000000000000000000000000000000000000001",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\u{feff}",
    "NaN",
    "-",
    "{\"$serde_json::private::RawValue\":\"1\"}",
    "{\"$serde_json::private::Number\":\"1\"}",
    ",\"who\":\"twice\"",
    "null",
    "[[",
    "{\"a\":",
    "\"",
    "}",
];

/// Values in the payloads.
const VALUES: &[&str] = &[
    ":1", ":\"ann\"", ":[]", ":{}", ":0.5", ":null", ":true", ":-1",
];

/// Events, or an error that says what was asked for.
fn read(name: &str, version: u32, json: &str) -> Result<(), TestCaseError> {
    let stored = Encoded {
        name,
        version,
        json,
    };
    let error = match ShopEvent::decode(stored) {
        Ok(events) => {
            // They can be stored in turn.
            for event in events {
                prop_assert!(event.event().to_json().is_ok());
            }
            return Ok(());
        }
        Err(error) => error,
    };
    prop_assert!(!error.to_string().is_empty());
    match error {
        DecodeError::Unknown {
            name: told,
            version: stored,
        } => prop_assert!(told == name && stored == version && !NAMES.contains(&name)),
        DecodeError::Version {
            name: told,
            stored,
            known,
        } => prop_assert!(told == name && stored == version && (version == 0 || version > known)),
        DecodeError::Payload {
            name: told,
            version: stored,
            ..
        } => prop_assert!(told == name && stored == version),
        DecodeError::Split { name: told, .. } => prop_assert!(told == name),
        other => return Err(TestCaseError::fail(format!("{other:?}"))),
    }
    Ok(())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(NAMES).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (select(NAMES), any::<char>()).prop_map(|(name, more)| format!("{name}{more}")),
    ]
}

fn version() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..6_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

/// Bytes, as the text that they would be read as.
fn noise() -> impl Strategy<Value = String> {
    vec(any::<u8>(), 0..200).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Where a change is made, and how far it goes, of a text's characters.
fn mutated() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        select(FRAGMENTS).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        Just(String::new()),
    ];
    let change = (any::<Index>(), 0..8_usize, fragment);
    (select(PAYLOADS), vec(change, 0..4)).prop_map(|(payload, changes)| {
        let mut text: Vec<char> = payload.chars().collect();
        for (at, length, fragment) in changes {
            let start = at.index(text.len() + 1);
            let end = text.len().min(start + length);
            text.splice(start..end, fragment.chars());
        }
        text.into_iter().collect()
    })
}

/// A payload with one of its values taken for another.
fn swapped() -> impl Strategy<Value = String> {
    let of = (select(PAYLOADS), select(VALUES), select(FRAGMENTS));
    let others = select(VALUES);
    prop_oneof![
        of.prop_map(|(payload, value, by)| payload.replace(value, &format!(":{by}"))),
        (select(PAYLOADS), select(VALUES), others)
            .prop_map(|(payload, value, by)| payload.replace(value, by)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_under_any_name(name in name(), version in version(), json in noise()) {
        read(&name, version, &json)?;
    }

    #[test]
    fn any_shape_under_any_version(
        name in select(NAMES), version in version(), json in select(PAYLOADS),
    ) {
        read(name, version, json)?;
    }

    #[test]
    fn damaged_json(name in name(), version in version(), json in mutated()) {
        read(&name, version, &json)?;
    }

    #[test]
    fn values_of_another_kind(name in name(), version in version(), json in swapped()) {
        read(&name, version, &json)?;
    }

    #[test]
    fn deep_json(
        name in name(), version in version(), payload in select(PAYLOADS),
        open in select(&["[", "{\"a\":", "[{\"unit\":"]), depth in 1..5_000_usize, close: bool,
    ) {
        // Where an unknown field, or a value, would stand.
        let nested = open.repeat(depth);
        let end = if close { "]".repeat(depth) } else { String::new() };
        read(&name, version, &format!("{nested}{end}"))?;
        read(&name, version, &payload.replacen('{', &format!("{{\"tags\":{nested}{end},"), 1))?;
        read(&name, version, &payload.replacen(":[]", &format!(":{nested}{end}"), 1))?;
    }

    #[test]
    fn huge_numbers(name in name(), version in version(), payload in select(PAYLOADS), digits in 1..2_000_usize) {
        let number = "9".repeat(digits);
        for by in [number.clone(), format!("-{number}"), format!("0.{number}"), format!("1e{number}"), format!("1e-{number}")] {
            for value in [":1", ":-1", ":0.5", ":null", ":200"] {
                read(&name, version, &payload.replacen(value, &format!(":{by}"), 1))?;
            }
        }
    }
}

#[test]
fn each_shape_is_read_in_its_version() {
    let versions = [1, 2, 3, 4, 1, 2, 3, 4, 1, 1, 2, 1, 2, 1, 1, 2];
    let names = [
        "StockCounted",
        "StockCounted",
        "StockCounted",
        "StockCounted",
        "ParcelSent",
        "ParcelSent",
        "ParcelSent",
        "ParcelSent",
        "ShopClosed",
        "ShopClosed",
        "ShopClosed",
        "BasketOrdered",
        "BasketOrdered",
        "CustomerKnown",
        "ItemTaken",
        "ItemOrdered",
    ];
    for ((name, version), json) in names.into_iter().zip(versions).zip(PAYLOADS) {
        let stored = Encoded {
            name,
            version,
            json,
        };
        let read = ShopEvent::decode(stored);
        // The one that the conversion refuses: nobody ordered.
        let refused = matches!(read, Err(DecodeError::Split { .. }));
        assert_eq!(refused, json.contains(r#""customer":"","#), "{json}");
        assert!(read.is_ok() || refused, "{read:?}: {json}");
    }
}
