//! Types of all kinds, with what is read for them and the sample as JSON.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::trace;

mod bounds;
mod changes;
mod enums;
mod masks;
mod refusing;
mod std_types;
mod structs;
mod tagged;

/// The wire text of a type, and its sample as JSON, or why there is none.
fn seen<T: Serialize + DeserializeOwned>() -> (String, String) {
    let traced = trace::<T>();
    let sample = match traced.sample {
        Ok(sample) => serde_json::to_string(&sample).unwrap(),
        Err(none) => none.to_string(),
    };
    (traced.wire.to_string(), sample)
}

/// Holds what a type is traced as, and that its sample survives being stored.
#[track_caller]
fn check<T: Serialize + DeserializeOwned>(wire: &str, sample: &str) {
    assert_eq!(seen::<T>(), (wire.to_owned(), sample.to_owned()));
    let read: T = serde_json::from_str(sample).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), sample);
}

fn wire<T: DeserializeOwned>() -> String {
    trace::<T>().wire.to_string()
}

/// That two types read the same, and have the same fingerprint.
#[track_caller]
fn same<A: DeserializeOwned + Debug, B: DeserializeOwned + Debug>() {
    let (a, b) = (trace::<A>().wire, trace::<B>().wire);
    assert_eq!(a, b);
    assert_eq!(a.fingerprint(), b.fingerprint());
}
