//! Events and commands as a store would hold them: what tests compare, and what they go through.

use std::error::Error;

use super::diff::difference;
use super::fail::{fail, or_fail};
use super::json::pretty;
use crate::aggregate::{Aggregate, Command, IntoEvents};
use crate::event::{Encoded, Events};

/// An event as it is stored.
pub(super) struct Stored {
    pub(super) name: &'static str,
    pub(super) version: u32,
    pub(super) json: String,
}

impl Stored {
    pub(super) fn encode(event: &impl Events) -> Result<Self, String> {
        let event = event.event();
        let json = event
            .to_json()
            .map_err(|error| format!("the event `{}` has no JSON: {error}", event.name()))?;
        Ok(Self {
            name: event.name(),
            version: event.version(),
            json,
        })
    }

    /// Reads the event back, and makes sure that what comes back is what was stored.
    pub(super) fn decode<E: Events>(&self) -> Result<E, String> {
        let Self { name, json, .. } = self;
        let lifted = E::decode(Encoded {
            name,
            version: self.version,
            json,
        })
        .map_err(|error| format!("{}\n\n{json}", with_causes(&error)))?;
        let mut events = lifted.into_iter();
        let (Some(event), None) = (events.next(), events.next()) else {
            return Err(format!("the event `{name}` is not read back as one event"));
        };
        let again = Self::encode(&event)?;
        if self.lines() == again.lines() {
            return Ok(event);
        }
        let difference = difference(&self.lines(), &again.lines());
        Err(format!(
            "the event `{name}` does not survive its storage\n\n{difference}"
        ))
    }

    /// The event as lines of text; equal lines mean equal events.
    pub(super) fn lines(&self) -> Vec<String> {
        let text = format!("{} v{} {}", self.name, self.version, pretty(&self.json));
        text.lines().map(str::to_owned).collect()
    }
}

/// The events that a test names.
#[track_caller]
pub(super) fn expected_events<A: Aggregate>(events: impl IntoEvents<A>) -> Vec<Stored> {
    let mut list = Vec::new();
    match events.add_to(&mut list) {
        Ok(()) => or_fail(encoded::<A>(&list)),
        Err(error) => fail(&format!(
            "the test names a rejection, not events: {}",
            with_causes(&error)
        )),
    }
}

pub(super) fn encoded<A: Aggregate>(events: &[A::Event]) -> Result<Vec<Stored>, String> {
    events.iter().map(Stored::encode).collect()
}

/// The command as it comes back from its JSON, and that JSON.
pub(super) fn through_json<C: Command>(command: &C) -> Result<(C, String), String> {
    let name = C::NAME;
    let encode = |command: &C| {
        serde_json::to_string(command)
            .map_err(|error| format!("the command `{name}` has no JSON: {error}"))
    };
    let json = encode(command)?;
    let command = serde_json::from_str(&json)
        .map_err(|error| format!("the command `{name}` does not decode: {error}\n\n{json}"))?;
    let again = encode(&command)?;
    if pretty(&json) == pretty(&again) {
        Ok((command, json))
    } else {
        let message = "does not survive its storage";
        Err(format!(
            "the command `{name}` {message}\n\n- {json}\n+ {again}"
        ))
    }
}

/// The error and its causes in one line.
pub(super) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
