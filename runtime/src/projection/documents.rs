//! The documents of one generation, as far as they are in memory.

use std::collections::HashMap;
use std::mem;

use hashlink::DefaultHashBuilder;

use super::Document;
use super::index::IndexEntries;
use crate::dispatch::caught;
use crate::store::views::{IndexEntry, ViewBatch};

/// What is kept of a generation's documents that nobody changed since they were written: so much again may be old.
const KEPT_BYTES: usize = 32 << 20;
/// What a document takes beside its JSON, or about that.
const OVERHEAD: usize = 256;

/// A document, and what of it is in the store.
pub(super) struct Held<P> {
    pub(super) document: Option<P>,
    /// The index entries that are stored.
    stored: IndexEntries,
    /// Whether a document is stored.
    is_stored: bool,
    /// The positions of the events that changed it first and last; `None` if it is as it is stored.
    changed: Option<(u64, u64)>,
    bytes: usize,
}

impl<P: Document> Held<P> {
    /// One that was read.
    pub(super) fn read(json: Option<&str>) -> Result<Self, String> {
        let read = || {
            let document: Option<P> = json.map(serde_json::from_str).transpose()?;
            let stored = document.as_ref().map(entries).unwrap_or_default();
            Ok::<_, serde_json::Error>((document, stored))
        };
        let read = caught(read).map_err(|panic| format!("the code panicked: {panic}"))?;
        let (document, stored) = read.map_err(|error| error.to_string())?;
        Ok(Self {
            is_stored: document.is_some(),
            document,
            stored,
            changed: None,
            bytes: json.map_or(0, str::len) + OVERHEAD,
        })
    }

    pub(super) fn change(&mut self, position: u64) {
        let first = self.changed.map_or(position, |(first, _)| first);
        self.changed = Some((first, position));
    }

    fn write(&mut self, key: &str, batch: &mut ViewBatch) -> Result<(), String> {
        let document = &self.document;
        let written = caught(|| document.as_ref().map(written).transpose());
        let written = written.map_err(|panic| format!("the code panicked: {panic}"))??;
        let (json, now) = written.unzip();
        let now = now.unwrap_or_default();
        match json {
            Some(json) => {
                self.bytes = json.len() + OVERHEAD;
                batch.upserts.push((key.to_owned(), json));
            }
            None if self.is_stored => batch.deletes.push(key.to_owned()),
            None => {}
        }
        self.is_stored = self.document.is_some();
        let before = mem::replace(&mut self.stored, now);
        difference(&before, &self.stored, key, &mut batch.old_entries);
        difference(&self.stored, &before, key, &mut batch.new_entries);
        Ok(())
    }
}

fn written<P: Document>(document: &P) -> Result<(String, IndexEntries), String> {
    let entries = entries(document);
    entries.check()?;
    let json = serde_json::to_string(document).map_err(|error| error.to_string())?;
    Ok((json, entries))
}

fn entries<P: Document>(document: &P) -> IndexEntries {
    let mut entries = IndexEntries::default();
    document.index(&mut entries);
    entries
}

/// Those that were folded into last. What is not written yet is always among them.
pub(super) struct Documents<P> {
    young: ByKey<P>,
    /// Those that were young once, and are let go unless somebody wants them.
    old: ByKey<P>,
    bytes: usize,
}

type ByKey<P> = HashMap<String, Held<P>, DefaultHashBuilder>;

impl<P> Default for Documents<P> {
    fn default() -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            bytes: 0,
        }
    }
}

impl<P: Document> Documents<P> {
    /// Whether it is here; if so, it stays a while.
    pub(super) fn has(&mut self, key: &str) -> bool {
        if self.young.contains_key(key) {
            return true;
        }
        let found = self.old.remove_entry(key);
        if let Some((key, held)) = found {
            self.put(key, held);
            return true;
        }
        false
    }

    pub(super) fn put(&mut self, key: String, held: Held<P>) {
        self.bytes += held.bytes;
        self.young.insert(key, held);
    }

    pub(super) fn get(&mut self, key: &str) -> Option<&mut Held<P>> {
        self.young.get_mut(key)
    }

    /// Puts all that changed into a batch.
    ///
    /// # Errors
    /// A document that does not become JSON, or whose index value is too long: a position in the middle of the events that
    /// changed it, its key, and why. Where that is one event, it is this one; else it is found by halves.
    pub(super) fn write(&mut self, batch: &mut ViewBatch) -> Result<(), (u64, String, String)> {
        for (key, held) in &mut self.young {
            if let Some((first, last)) = held.changed.take() {
                let before = held.bytes;
                let written = held.write(key, batch);
                written.map_err(|error| (first.midpoint(last), key.clone(), error))?;
                self.bytes = (self.bytes + held.bytes).saturating_sub(before);
            }
        }
        Ok(())
    }

    /// Lets documents go if they take too much; only after all is written.
    pub(super) fn shrink(&mut self) {
        if self.bytes > KEPT_BYTES {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

/// What is in the one, and not in the other.
fn difference(one: &IndexEntries, other: &IndexEntries, key: &str, to: &mut Vec<IndexEntry>) {
    let only = one.0.iter().filter(|entry| !other.0.contains(entry));
    to.extend(only.map(|(index, value)| IndexEntry {
        index: *index,
        value: value.clone(),
        key: key.to_owned(),
    }));
}
