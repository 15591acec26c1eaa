//! A number made from a command, to tell a retry from another command under the same id.

use serde::Serialize;
use serde_json::Value;

use crate::fnv;

/// 64-bit FNV-1a over the command's name and its JSON, the keys of objects in order.
///
/// The order of a `HashMap` differs from run to run, so it must not count. That of a `HashSet`, which is a list in
/// JSON, does: a command that is retried had better hold a `BTreeSet`.
pub(crate) fn digest(name: &str, command: &impl Serialize) -> Result<i64, serde_json::Error> {
    let mut hash = Fnv(fnv::EMPTY);
    hash.text(name);
    // By way of the text, since a `Value` is not made of every number that JSON can hold.
    hash.value(&serde_json::from_str(&serde_json::to_string(command)?)?);
    Ok(hash.0.cast_signed())
}

struct Fnv(u64);

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = fnv::with(self.0, byte);
    }

    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        // No byte of UTF-8: where a text ends must count.
        self.byte(0xff);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.text(&value.to_string()),
            Value::String(text) => {
                self.byte(b'"');
                self.text(text);
            }
            Value::Array(items) => {
                self.byte(b'[');
                items.iter().for_each(|item| self.value(item));
                self.byte(b']');
            }
            Value::Object(fields) => self.object(fields),
        }
    }

    fn object(&mut self, fields: &serde_json::Map<String, Value>) {
        // Sorted here: serde_json's `preserve_order` may be on for somebody else's sake.
        let mut sorted: Vec<_> = fields.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| *key);
        self.byte(b'{');
        for (key, value) in sorted {
            // Tagged like any other text, or a key could be taken for the end of an object.
            self.byte(b'"');
            self.text(key);
            self.value(value);
        }
        self.byte(b'}');
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn equal_commands_have_one_digest_whatever_the_order_of_their_maps() {
        let command = || {
            (0..100)
                .map(|key| (key.to_string(), [1, 2]))
                .collect::<HashMap<_, _>>()
        };
        assert_eq!(
            digest("Open", &command()).unwrap(),
            digest("Open", &command()).unwrap()
        );
    }

    #[test]
    fn a_number_that_only_json_can_hold_has_a_digest() {
        assert_ne!(
            digest("Open", &u128::MAX).unwrap(),
            digest("Open", &1).unwrap()
        );
    }

    #[test]
    fn where_one_text_ends_and_the_next_begins_counts() {
        assert_ne!(
            digest("Open", &("ab", "c")).unwrap(),
            digest("Open", &("a", "bc")).unwrap()
        );
        assert_ne!(digest("Open", &()).unwrap(), digest("Close", &()).unwrap());
        let (one, other) = (json!([{"a": 1}, {"k": 2}]), json!([{"a": 1, "}{k": 2}]));
        assert_ne!(
            digest("Open", &one).unwrap(),
            digest("Open", &other).unwrap()
        );
        assert_ne!(digest("Open", &"1").unwrap(), digest("Open", &1).unwrap());
        assert_ne!(
            digest("Open", &[[1], [2]]).unwrap(),
            digest("Open", &[[1, 2], [0; 2]]).unwrap()
        );
    }
}
