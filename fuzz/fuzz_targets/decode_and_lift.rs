//! A row of any name, version and text, read as today's events of a shop that has every kind of history.
//!
//! An input is a digit for the name, one for the version, and the stored text, so that seeds can be read and written:
//! `02{"clerk":"ann",..}`. `fuzz/README.md` has the command.

#![no_main]

#[allow(dead_code, reason = "written for tests")]
#[path = "../../runtime/tests/evolution/shop.rs"]
mod shop;

use gesta::{Encoded, Events};
use libfuzzer_sys::fuzz_target;
use shop::ShopEvent;

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

fuzz_target!(|input: &[u8]| {
    let [name, version, text @ ..] = input else {
        return;
    };
    let Ok(json) = std::str::from_utf8(text) else {
        return;
    };
    // A name that nobody has is whatever the text is.
    let name = NAMES.get(usize::from(name.wrapping_sub(b'0')));
    let version = match version.wrapping_sub(b'0') {
        version @ 0..=9 => u32::from(version),
        other => u32::MAX - u32::from(other),
    };
    let name = name.copied().unwrap_or(json);
    match ShopEvent::decode(Encoded {
        name,
        version,
        json,
    }) {
        Ok(events) => events.into_iter().for_each(|event| read_again(&event)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// What was read can be stored, and comes back as it is.
fn read_again(event: &ShopEvent) {
    let object = event.event();
    let json = object.to_json().expect("it was made of JSON");
    let stored = Encoded {
        name: object.name(),
        version: object.version(),
        json: &json,
    };
    let again = ShopEvent::decode(stored).expect("it was stored just now");
    let again: Vec<_> = again.into_iter().collect();
    assert_eq!(format!("{again:?}"), format!("{:?}", [event]));
}
