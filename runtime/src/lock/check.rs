//! What the tests find.

use std::error::Error;

use gesta_lock::Lock;
use serde_json::Value;

use super::Locked;
use crate::event::{Encoded, Event};

/// What is wrong, and so what is to be done.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The lock is behind the code, or holds what the code lost.
    stale: Vec<String>,
    /// The code does not read what is locked.
    broken: Vec<String>,
    /// Versions of which no payload can be made up.
    without_sample: Vec<String>,
}

impl Findings {
    pub(super) fn stale(&mut self, what: String) {
        self.stale.push(what);
    }

    pub(super) fn broken(&mut self, what: String) {
        self.broken.push(what);
    }

    /// It matters only where the payload is wanted.
    pub(super) fn no_sample(&mut self, name: &str, version: u32, reason: &str) {
        self.without_sample.push(format!(
            "no payload of `{name}` v{version} can be made up: {reason}"
        ));
    }

    /// The payloads are wanted.
    pub(super) fn wants_samples(&mut self) {
        let reasons = self.without_sample.drain(..);
        self.broken
            .extend(reasons.map(|reason| format!("{reason}; give one: `#[event(sample = ..)]`")));
    }
}

/// Fails the test if there are findings.
#[track_caller]
#[expect(clippy::panic, reason = "a test fails")]
pub(super) fn report(findings: Findings) {
    let Findings { stale, broken, .. } = findings;
    let list = |what: &[String]| {
        let lines: Vec<_> = what.iter().map(|line| format!("- {line}\n")).collect();
        lines.concat()
    };
    if !broken.is_empty() {
        panic!(
            "today's code does not read what events.lock says is stored\n\n{}{}",
            list(&broken),
            list(&stale)
        );
    }
    if !stale.is_empty() {
        panic!(
            "events.lock is not what the code says\n\n{}\n\
             run `GESTA_LOCK=accept cargo test`, read what it changed, and commit it\n",
            list(&stale)
        );
    }
}

/// Reads each locked payload of the event, under each name that it is stored under.
pub(super) fn goldens<E: Event + Locked>(lock: &Lock, findings: &mut Findings) {
    for name in [E::NAME].into_iter().chain(E::WAS.iter().copied()) {
        for (version, shape) in lock.versions(name) {
            // An event that a later one was made `from` has locked successors that it cannot know.
            let Some(golden) = shape.golden.as_ref().filter(|_| version <= E::VERSION) else {
                continue;
            };
            if let Err(reason) = reads::<E>(name, version, golden) {
                findings.broken(format!(
                    "the payload of `{name}` v{version} {reason}\n  {golden}"
                ));
            }
        }
    }
}

/// Whether today's code reads a payload, and whether the shape of its version writes it again as it was: a key that is no
/// longer read is missing then.
pub(super) fn reads<E: Event + Locked>(name: &str, version: u32, json: &str) -> Result<(), String> {
    let stored = Encoded {
        name,
        version,
        json,
    };
    stored.decode::<E>().map_err(|error| match error.source() {
        Some(cause) => format!("is not read: {error}: {cause}"),
        None => format!("is not read: {error}"),
    })?;
    let mut shapes = E::STORED.iter();
    let Some((_, shape)) = shapes.find(|(of, _)| *of == version) else {
        return Ok(());
    };
    let again = (shape.again)(json).map_err(|error| format!("is not read: {error}"))?;
    let value = |json: &str| -> Result<Value, String> {
        serde_json::from_str(json).map_err(|error| format!("is no JSON: {error}"))
    };
    if value(&again)? == value(json)? || is_empty(&value(&again)?, &value(json)?) {
        Ok(())
    } else {
        Err(format!("is written as {again} today"))
    }
}

/// `null` and `{}`: an event without fields is stored as one or the other.
fn is_empty(again: &Value, before: &Value) -> bool {
    again.is_null() && before.as_object().is_some_and(serde_json::Map::is_empty)
}
