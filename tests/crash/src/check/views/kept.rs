//! What was seen of read models: rows as they are kept, and documents as they are given.

use std::collections::{BTreeMap, BTreeSet};

/// All read models at one moment.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// The last position of the log.
    pub head: u64,
    pub kept: Vec<Kept>,
}

/// A generation with its rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub generation: i64,
    pub projection: String,
    /// Whether it answers questions; else it is being built.
    pub is_ready: bool,
    pub position: u64,
    pub documents: BTreeMap<String, String>,
    pub entries: BTreeSet<Entry>,
}

/// Which index, the value in it, and the key of the document.
pub(crate) type Entry = (i64, Vec<u8>, String);

/// A document that the store gave to one who asked.
#[derive(Debug)]
pub(crate) struct Given {
    pub projection: &'static str,
    pub key: String,
    /// Every event up to here is in it, it was said.
    pub position: u64,
    pub document: Option<String>,
}

/// All that was seen of one database since the last time that it was compared.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    pub shelves: Vec<Shelf>,
    pub given: Vec<Given>,
}

impl Watched {
    pub(crate) fn add(&mut self, mut other: Self) {
        self.shelves.append(&mut other.shelves);
        self.given.append(&mut other.given);
    }
}
