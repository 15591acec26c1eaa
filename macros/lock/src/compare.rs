//! What differs between a type as it is declared and as it is locked.

use std::collections::BTreeSet;

use crate::lock::Shape;

/// One difference between two declarations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldChange {
    /// A field or variant is declared, and not locked.
    Added {
        /// Its name.
        key: String,
        /// What is declared of it.
        now: String,
    },
    /// A field or variant is locked, and no more declared.
    Removed {
        /// Its name.
        key: String,
        /// What is locked of it.
        was: String,
    },
    /// A field or variant is declared otherwise than it is locked.
    Changed {
        /// Its name.
        key: String,
        /// What is locked of it.
        was: String,
        /// What is declared of it.
        now: String,
    },
    /// The type has an attribute that is not locked.
    AttributeAdded(String),
    /// The type has lost an attribute that is locked.
    AttributeRemoved(String),
}

impl Shape {
    /// What differs between `self`, the declaration of today, and the one that is locked.
    ///
    /// Only what is declared counts: `wire` and `golden` are known when a test runs, not when the compiler does. The
    /// attributes come first, then the fields, each in the order of their names.
    #[must_use]
    pub fn compare(&self, locked: &Self) -> Vec<FieldChange> {
        let added = self.attributes.difference(&locked.attributes);
        let added = added.cloned().map(FieldChange::AttributeAdded);
        let removed = locked.attributes.difference(&self.attributes);
        let removed = removed.cloned().map(FieldChange::AttributeRemoved);
        let keys: BTreeSet<_> = self.fields.keys().chain(locked.fields.keys()).collect();
        let fields = keys.into_iter().filter_map(|key| self.field(locked, key));
        added.chain(removed).chain(fields).collect()
    }

    fn field(&self, locked: &Self, key: &str) -> Option<FieldChange> {
        let key = key.to_owned();
        match (
            locked.fields.get(&key).cloned(),
            self.fields.get(&key).cloned(),
        ) {
            (Some(was), Some(now)) if was == now || without_new_aliases(&now, &was) == was => None,
            (Some(was), Some(now)) => Some(FieldChange::Changed { key, was, now }),
            (Some(was), None) => Some(FieldChange::Removed { key, was }),
            (None, Some(now)) => Some(FieldChange::Added { key, now }),
            (None, None) => None,
        }
    }
}

/// What is declared, less the aliases that were added: they only make more readable.
fn without_new_aliases(now: &str, was: &str) -> String {
    let mut parts = now.split(" #[serde(");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let note = format!(" #[serde({part}");
        if !part.starts_with("alias") || was.contains(&note) {
            kept.push_str(&note);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lock;

    fn shape(lines: &str) -> Shape {
        let lock: Lock = format!("value V\n{lines}").parse().unwrap();
        lock.values["V"].clone()
    }

    #[test]
    fn only_what_is_declared_counts() {
        let locked = shape("    a: u64\n  wire   {a: u64}\n  golden {\"a\":1}");
        assert_eq!(shape("    a: u64").compare(&locked), []);
    }

    #[test]
    fn attributes_come_first_then_fields_in_order() {
        let locked = shape("    #[serde(a)]\n    b: u8\n    c: u8\n    d: u8");
        let now = shape("    #[serde(z)]\n    a: u8\n    b: u8\n    c: u16");
        let text = str::to_owned;
        assert_eq!(
            now.compare(&locked),
            [
                FieldChange::AttributeAdded(text("#[serde(z)]")),
                FieldChange::AttributeRemoved(text("#[serde(a)]")),
                FieldChange::Added {
                    key: text("a"),
                    now: text("u8")
                },
                FieldChange::Changed {
                    key: text("c"),
                    was: text("u8"),
                    now: text("u16")
                },
                FieldChange::Removed {
                    key: text("d"),
                    was: text("u8")
                },
            ]
        );
    }

    #[test]
    fn an_alias_more_is_no_change_and_one_less_is() {
        let locked = shape("    a: u8\n    b: u8 #[serde(alias = \"x\")]");
        let more = shape(
            "    a: u8 #[serde(alias = \"y\")]\n    b: u8 #[serde(alias = \"z\")] #[serde(alias = \"x\")]",
        );
        assert_eq!(more.compare(&locked), []);
        let less = shape("    a: u8\n    b: u8");
        assert_eq!(less.compare(&locked).len(), 1);
    }
}
