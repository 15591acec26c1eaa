//! `events.lock`, as the tests that the attributes write hold it.
//!
//! The compiler compares what is declared, by its words; these tests compare what serde makes of it, read a stored payload
//! of each version, and write the file when they are asked to.

mod check;
mod entries;
mod file;
mod sources;

use std::path::Path;

use gesta_lock::{EventKey, Lock};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::aggregate::Aggregate;
use crate::event::{Event, Events};
use crate::shape::trace;
use check::{Findings, report};

/// What `#[event]` and `#[value]` declare, in tests.
pub trait Locked {
    /// The entries as they are to stand in the lock, without `wire` and `golden`.
    const SHAPES: &'static str;
    /// For each version of an event (0 for a value), how it is stored.
    const STORED: &'static [(u32, Shape)];
}

/// A type as serde has it: what the tests want to know of it.
pub struct Shape {
    stored: fn() -> Stored,
    /// Reads a payload and writes it again.
    again: fn(&str) -> Result<String, String>,
}

impl Shape {
    /// A type of which a value can be made up.
    #[must_use]
    pub const fn of<S: Serialize + DeserializeOwned>() -> Self {
        Self::sampled::<S>(stored::<S>)
    }

    /// A type of which the user gives a value.
    #[must_use]
    pub const fn sampled<S: Serialize + DeserializeOwned>(stored: fn() -> Stored) -> Self {
        Self {
            stored,
            again: |json| {
                let value: S = serde_json::from_str(json).map_err(|error| error.to_string())?;
                encoded(&value)
            },
        }
    }
}

/// How a type is stored, as serde has it.
#[derive(Debug)]
pub struct Stored {
    wire: String,
    /// A payload, or why there is none.
    golden: Result<String, String>,
}

/// How a type is stored, with a payload that is made up.
fn stored<S: Serialize + DeserializeOwned>() -> Stored {
    let traced = trace::<S>();
    let sample = traced.sample.map_err(|error| error.to_string());
    Stored {
        wire: traced.wire.to_string(),
        golden: sample.and_then(|sample| encoded(&sample)),
    }
}

/// How a type is stored, with the payload of a value that the user gives.
#[must_use]
pub fn sampled<S: Serialize + DeserializeOwned>(sample: S) -> Stored {
    Stored {
        wire: trace::<S>().wire.to_string(),
        golden: encoded(&sample),
    }
}

fn encoded(sample: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(sample).map_err(|error| format!("it has no JSON: {error}"))
}

/// Fails unless the lock in this folder holds the event as it is, and its code reads all that is locked of it.
///
/// # Panics
/// If it does not: this is for tests.
#[track_caller]
pub fn check_event<E: Event + Locked>(folder: &str) {
    let mut findings = Findings::default();
    let declared = declared::<E>(E::NAME, &mut findings);
    file::compare(Path::new(folder), &mut findings, |lock, findings| {
        entries::events(&declared, E::VERSION, lock, findings, check::reads::<E>);
        check::goldens::<E>(lock, findings);
    });
    report(findings);
}

/// Fails unless the lock in this folder holds the value as it is.
///
/// # Panics
/// If it does not: this is for tests.
#[track_caller]
pub fn check_value<V: Locked>(folder: &str) {
    let mut findings = Findings::default();
    let declared = declared::<V>("", &mut findings);
    file::compare(Path::new(folder), &mut findings, |lock, findings| {
        entries::values(&declared, lock, findings);
    });
    report(findings);
}

/// Fails unless the lock in this folder has the stored names of all the aggregate's events.
///
/// # Panics
/// If it has not: this is for tests.
#[track_caller]
pub fn check_aggregate<A: Aggregate>(folder: &str) {
    let mut findings = Findings::default();
    let names: Vec<_> = A::Event::TYPES
        .iter()
        .flat_map(|event| event.key.names())
        .collect();
    file::compare(Path::new(folder), &mut findings, |lock, findings| {
        entries::names(A::NAME, &names, lock, findings);
    });
    report(findings);
}

/// Fails unless the lock in this folder has the saga at this version, with all these names of steps.
#[track_caller]
pub(crate) fn check_steps(saga: &str, version: u32, steps: &[&str], folder: &str) {
    let mut findings = Findings::default();
    file::compare(Path::new(folder), &mut findings, |lock, findings| {
        entries::steps(saga, version, steps, lock, findings);
    });
    report(findings);
}

/// The entries as they are to stand in the lock.
fn declared<T: Locked>(name: &str, findings: &mut Findings) -> Lock {
    let mut lock: Lock = match T::SHAPES.parse() {
        Ok(lock) => lock,
        Err(error) => {
            findings.broken(format!("what is declared cannot be read: {error}"));
            return Lock::default();
        }
    };
    for (version, of) in T::STORED {
        let event = lock.events.get_mut(&EventKey::new(name, *version));
        let Some(shape) = event.or_else(|| lock.values.values_mut().next()) else {
            continue;
        };
        let Stored { wire, golden } = (of.stored)();
        shape.wire = Some(wire);
        match golden {
            Ok(golden) if *version > 0 => shape.golden = Some(golden),
            Err(reason) if *version > 0 => findings.no_sample(name, *version, &reason),
            _ => {}
        }
    }
    lock
}
