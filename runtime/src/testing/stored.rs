//! Events as a store would hold them: what tests compare, and what `given` goes through.

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::value::RawValue;

use super::diff::difference;
use crate::event::{Encoded, Events};

/// An event as it is stored.
pub(super) struct Stored {
    pub(super) name: &'static str,
    version: u32,
    json: String,
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
        let event = E::decode(Encoded {
            name,
            version: self.version,
            json,
        })
        .map_err(|error| format!("{}\n\n{json}", with_causes(&error)))?;
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

/// The JSON, one field a line, keys in alphabetical order, everything else exactly as it was written.
///
/// Not by way of `serde_json::Value`, which would round numbers beyond 64 bits.
pub(super) fn pretty(json: &str) -> String {
    let mut text = String::new();
    add_json(&mut text, json, 0);
    text
}

fn add_json(text: &mut String, json: &str, depth: usize) {
    if let Ok(fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(json) {
        let fields = fields
            .iter()
            .map(|(key, value)| (format!("{}: ", json_string(key)), *value));
        add_items(text, ["{", "}"], fields, depth);
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) {
        let items = items.into_iter().map(|item| (String::new(), item));
        add_items(text, ["[", "]"], items, depth);
    } else {
        text.push_str(json);
    }
}

fn add_items<'a>(
    text: &mut String,
    [open, close]: [&str; 2],
    items: impl ExactSizeIterator<Item = (String, &'a RawValue)>,
    depth: usize,
) {
    let last = items.len();
    text.push_str(open);
    for (n, (key, item)) in (1..).zip(items) {
        text.push_str(&format!("\n{:1$}{key}", "", 2 * depth + 2));
        add_json(text, item.get(), depth + 1);
        text.push_str(if n < last { "," } else { "" });
    }
    if last > 0 {
        text.push_str(&format!("\n{:1$}", "", 2 * depth));
    }
    text.push_str(close);
}

fn json_string(text: &str) -> serde_json::Value {
    serde_json::Value::from(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_in_lines_and_loses_nothing() {
        let stored = Stored {
            name: "Ordered",
            version: 2,
            json:
                r#"{"b":[1,{"x":null}],"a":340282366920938463463374607431768211455,"c":[],"d":{}}"#
                    .to_owned(),
        };
        let expected = "Ordered v2 {
  \"a\": 340282366920938463463374607431768211455,
  \"b\": [
    1,
    {
      \"x\": null
    }
  ],
  \"c\": [],
  \"d\": {}
}";
        assert_eq!(stored.lines().join("\n"), expected);
    }
}
