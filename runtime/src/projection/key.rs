//! Which documents an event is folded into.

use std::fmt::Display;

/// The keys of the documents that an event is folded into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys(pub(crate) Vec<String>);

impl Keys {
    /// One key: the text that it is displayed as.
    pub fn one(key: impl Display) -> Self {
        Self(vec![key.to_string()])
    }

    /// Any number of keys; one that comes twice counts once.
    pub fn several<K: Display>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut several = Vec::new();
        for key in keys {
            let key = key.to_string();
            if !several.contains(&key) {
                several.push(key);
            }
        }
        Self(several)
    }
}
