//! What stands in the file.

use std::collections::{BTreeMap, BTreeSet};

/// All that a package has locked.
///
/// Parsing and printing are inverse to each other, except for comments and for a version 0, which no file may have.
///
/// ```
/// let text = "event Deposited v1\n    cents: u64\n";
/// let lock: gesta_lock::Lock = text.parse()?;
/// assert!(lock.event("Deposited", 1).is_some_and(|shape| shape.fields["cents"] == "u64"));
/// assert!(lock.to_string().ends_with(text));
/// # Ok::<(), gesta_lock::LockError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Of each aggregate, the stored names of its events.
    pub aggregates: BTreeMap<String, BTreeSet<String>>,
    /// Each version in which an event is stored.
    pub events: BTreeMap<EventKey, Shape>,
    /// The types in the fields of events.
    pub values: BTreeMap<String, Shape>,
    /// Of each saga, at which of its steps one under way may stand.
    pub sagas: BTreeMap<String, Saga>,
}

/// One version of an event, ordered by name and then by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    /// The stored name.
    pub name: String,
    /// The version, from 1 on.
    pub version: u32,
}

/// One saga, as those that are under way know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saga {
    /// The version of its code, from 1 on.
    pub version: u32,
    /// The stored names of its steps, with those that they had before.
    pub steps: BTreeSet<String>,
}

/// How one type is declared and stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The attributes of the type that serde reads, such as `#[serde(deny_unknown_fields)]`.
    pub attributes: BTreeSet<String>,
    /// By name, what is declared of each field or variant.
    ///
    /// Of a field it is the type, perhaps with serde's attributes: `u64`. Of a variant it is what follows the name:
    /// nothing, `(String)` or `{ a: u64 }`.
    pub fields: BTreeMap<String, String>,
    /// What serde makes of the type, where that is known.
    pub wire: Option<String>,
    /// A stored payload that has to be read for ever.
    pub golden: Option<String>,
}

impl Lock {
    /// The shape of one version of an event.
    #[must_use]
    pub fn event(&self, name: &str, version: u32) -> Option<&Shape> {
        self.events.get(&EventKey::new(name, version))
    }

    /// All versions of an event, the oldest first.
    pub fn versions<'a>(&'a self, name: &str) -> impl Iterator<Item = (u32, &'a Shape)> + use<'a> {
        let range = EventKey::new(name, 0)..=EventKey::new(name, u32::MAX);
        let versions = self.events.range(range);
        versions.map(|(key, shape)| (key.version, shape))
    }

    /// The newest locked version of an event; `None` if it is not locked.
    #[must_use]
    pub fn last_version(&self, name: &str) -> Option<u32> {
        self.versions(name).map(|(version, _)| version).last()
    }
}

impl EventKey {
    /// One version of an event.
    #[must_use]
    pub fn new(name: impl Into<String>, version: u32) -> Self {
        let name = name.into();
        Self { name, version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_name_in_numeric_order() {
        let mut lock = Lock::default();
        for (name, version) in [("B", 10), ("B", 2), ("A", 1), ("Bb", 1), ("B", 1)] {
            lock.events
                .insert(EventKey::new(name, version), Shape::default());
        }
        let versions: Vec<u32> = lock.versions("B").map(|(version, _)| version).collect();
        assert_eq!(versions, [1, 2, 10]);
        assert_eq!(
            (lock.last_version("B"), lock.last_version("C")),
            (Some(10), None)
        );
        assert!(lock.event("B", 2).is_some() && lock.event("B", 3).is_none());
    }
}
