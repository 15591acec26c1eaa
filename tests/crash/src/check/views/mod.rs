//! Read models against the log: each is the fold of it, up to the position that it says.

mod fold;
mod kept;
mod reader;

use std::collections::BTreeMap;

use super::image::Image;
use super::{Check, Tally};
use crate::transfers::is_of_sagas;
use fold::Folded;
pub(crate) use kept::{Given, Kept, Shelf, Watched};
pub(crate) use reader::Reader;

/// The read model that appends fold.
const INLINE: &str = "Balance";

/// How much was compared.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Compared {
    /// Generations, each with all its rows.
    pub generations: u64,
    /// Of these, those that were being built.
    pub building: u64,
    /// Of all, those that were behind the log.
    pub behind: u64,
    /// Their documents and index entries.
    pub rows: u64,
    /// Documents that a reader was given.
    pub given: u64,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.generations += other.generations;
        self.building += other.building;
        self.behind += other.behind;
        self.rows += other.rows;
        self.given += other.given;
    }
}

/// Compares all that was seen with the fold of the log.
pub(crate) fn compare_views(image: &Image, watched: &Watched, tally: &mut Tally) -> Compared {
    let mut compared = Compared::default();
    for shelf in &watched.shelves {
        compare_positions(shelf, tally);
        let behind = shelf.kept.iter().filter(|each| each.position < shelf.head);
        compared.behind += behind.count() as u64;
    }
    // In the order of the positions, so that the log is folded once.
    let mut seen: BTreeMap<u64, (Vec<&Kept>, Vec<&Given>)> = BTreeMap::new();
    for kept in watched.shelves.iter().flat_map(|shelf| &shelf.kept) {
        seen.entry(kept.position).or_default().0.push(kept);
    }
    for given in &watched.given {
        seen.entry(given.position).or_default().1.push(given);
    }
    let (mut folded, mut log) = (Folded::default(), image.log.iter().peekable());
    for (position, (kept, given)) in seen {
        while let Some(entry) = log.next_if(|entry| entry.position <= position) {
            folded.take(*entry);
        }
        if image.end < position {
            tally.hold(Check::Position, false, || {
                format!(
                    "a read model is at {position}, the log ends at {}",
                    image.end
                )
            });
            break;
        }
        // The rows of sagas are theirs.
        for kept in kept
            .into_iter()
            .filter(|kept| !is_of_sagas(&kept.projection))
        {
            compared.add(compare_rows(kept, &folded, tally));
        }
        for given in given {
            compare_given(given, &folded, tally);
            compared.given += 1;
        }
    }
    compared
}

/// None is ahead of the log, and the one that appends fold is where the log is.
fn compare_positions(shelf: &Shelf, tally: &mut Tally) {
    for kept in &shelf.kept {
        let is_inline = kept.projection == INLINE && kept.is_ready;
        let holds = if is_inline {
            kept.position == shelf.head
        } else {
            kept.position <= shelf.head
        };
        tally.hold(Check::Position, holds, || {
            let (projection, generation) = (&kept.projection, kept.generation);
            let (position, head) = (kept.position, shelf.head);
            format!("{projection}, generation {generation}, is at {position}, the log at {head}")
        });
    }
}

fn compare_rows(kept: &Kept, folded: &Folded, tally: &mut Tally) -> Compared {
    let documents = folded.documents(&kept.projection);
    let entries = folded.entries(&kept.projection);
    let rows = (documents.len() + entries.len()) as u64;
    tally.hold_many(Check::Folded, rows);
    if documents != kept.documents || entries != kept.entries {
        tally.find(
            Check::Folded,
            tell(kept, &documents, entries != kept.entries),
        );
    }
    Compared {
        generations: 1,
        building: u64::from(!kept.is_ready),
        rows,
        ..Compared::default()
    }
}

/// The first document that differs.
fn tell(kept: &Kept, folded: &BTreeMap<String, String>, entries_differ: bool) -> String {
    let keys = kept.documents.keys().chain(folded.keys());
    let differs = |key: &&String| kept.documents.get(*key) != folded.get(*key);
    let first = keys.into_iter().find(differs).map(|key| {
        let (kept, folded) = (kept.documents.get(key), folded.get(key));
        format!("`{key}` is {kept:?}, and is folded as {folded:?}")
    });
    let what = first.unwrap_or_else(|| "the documents agree".to_owned());
    let entries = if entries_differ {
        "; its indexes differ"
    } else {
        ""
    };
    let (projection, generation, position) = (&kept.projection, kept.generation, kept.position);
    format!("{projection}, generation {generation}, at {position}: {what}{entries}")
}

fn compare_given(given: &Given, folded: &Folded, tally: &mut Tally) {
    let documents = folded.documents(given.projection);
    let expected = documents.get(&given.key);
    tally.hold(Check::Given, expected == given.document.as_ref(), || {
        format!("{given:?}, and is folded as {expected:?}")
    });
}

#[cfg(test)]
mod tests;
