//! JSON laid out in lines, so that two texts can be compared.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_in_lines_and_loses_nothing() {
        let json =
            r#"{"b":[1,{"x":null}],"a":340282366920938463463374607431768211455,"c":[],"d":{}}"#;
        let expected = "{
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
        assert_eq!(pretty(json), expected);
    }
}
