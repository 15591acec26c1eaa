//! The same events, folded into documents in every way that may come.

use std::sync::Arc;

use super::json::pretty;
use super::kept::Kept;
use super::shown::{Shown, report};
use crate::feed::Batch;
use crate::projection::Fold;
use crate::store::views::{Declaration, ViewBatch};

/// How events reach a projection.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Each is written before the next comes, and documents stay in memory.
    OneByOne,
    /// The process ends before each write: the next one reads what is stored, and the event comes again.
    Restarted,
    /// All are written at once.
    Together,
}

/// Ways that give the same documents as the first, how often they are gone, and what is wrong where they do not.
const WAYS: [(Way, u32, &str, [&str; 2]); 3] = [
    (
        Way::OneByOne,
        // Of two things in a random order, this often they are in the same one once in 128 tests.
        7,
        "the same events do not always give the same documents: a handler depends on a clock, on chance, on the order \
         of a `HashMap`, or on something that it changes itself",
        ["once", "again"],
    ),
    (
        Way::Restarted,
        1,
        "a restart changes the documents: a handler depends on something that is not stored with its document, such as \
         a field that serde skips, or events that it remembers",
        ["kept", "reloaded"],
    ),
    (
        Way::Together,
        1,
        "events that are folded in one batch give other documents: a handler or a key depends on something that is not \
         in the document",
        ["singly", "together"],
    ),
];

/// Events, and what folds them.
pub(super) struct Folding<'a> {
    pub(super) declaration: Declaration,
    pub(super) batch: Arc<Batch>,
    /// The events, in words.
    pub(super) given: String,
    /// What a process begins with.
    pub(super) folder: &'a dyn Fn() -> Box<dyn Fold>,
    /// Reads a document, and writes it as JSON again.
    pub(super) again: fn(&str) -> Result<String, serde_json::Error>,
}

impl Folding<'_> {
    /// What the events give.
    ///
    /// # Errors
    /// What is wrong, where they do not give it in every way.
    pub(super) fn fold(&self) -> Result<Kept, String> {
        let first = self.go(Way::OneByOne, self.batch.last)?;
        // At the event that is not taken the projection stops, in whatever way.
        let until = first
            .fault
            .as_ref()
            .map(|fault| fault.position.saturating_sub(1));
        for (way, times, what, labels) in WAYS {
            for _ in 0..times {
                let other = self.go(way, until.unwrap_or(self.batch.last))?;
                self.compare(&first, &other, what, labels)?;
            }
        }
        Ok(first)
    }

    fn go(&self, way: Way, until: u64) -> Result<Kept, String> {
        let mut kept = Kept::new(&self.declaration)?;
        let mut folder = (self.folder)();
        let first = if way == Way::Together { until } else { 1 };
        for to in first..=until {
            if way == Way::Restarted {
                kept.fold(&mut *folder, &self.batch, to)?;
                kept.claim()?;
                folder = (self.folder)();
            }
            let Some(written) = kept.take(&mut *folder, &self.batch, to)? else {
                break;
            };
            if way == Way::Restarted {
                self.check_storage(&written)?;
            }
        }
        kept.read_documents()?;
        Ok(kept)
    }

    fn check_storage(&self, written: &ViewBatch) -> Result<(), String> {
        let name = &self.declaration.projection;
        for (key, json) in &written.upserts {
            let stored = Shown::document(name, json);
            let again = match (self.again)(json) {
                Ok(again) => Shown::document(name, &again),
                Err(error) => Shown::words(&format!("does not decode: {error}")),
            };
            if stored != again {
                let what = "a document does not survive its storage";
                return Err(self.report(what, key, ["stored", "reloaded"], [&stored, &again]));
            }
        }
        Ok(())
    }

    fn compare(
        &self,
        first: &Kept,
        other: &Kept,
        what: &str,
        labels: [&str; 2],
    ) -> Result<(), String> {
        let differs = |key: &&String| {
            let [one, other] = [first, other].map(|kept| kept.documents.get(*key));
            // The order of an object's fields means nothing.
            one != other && one.map(|json| pretty(json)) != other.map(|json| pretty(json))
        };
        if let Some(fault) = &other.fault {
            let shown = [&Shown::words("takes all events"), &Shown::fault(fault)];
            return Err(report(what, &[("given", &self.given)], labels, shown));
        }
        let mut keys = first.documents.keys().chain(other.documents.keys());
        match keys.find(differs) {
            Some(key) => {
                Err(self.report(what, key, labels, [&first.shown(key), &other.shown(key)]))
            }
            None => Ok(()),
        }
    }

    fn report(&self, what: &str, key: &str, labels: [&str; 2], shown: [&Shown; 2]) -> String {
        report(what, &[("given", &self.given), ("key", key)], labels, shown)
    }
}
