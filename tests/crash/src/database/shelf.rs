//! The rows of read models, put together by generation.

use std::collections::BTreeMap;

use crate::Failure;
use crate::check::{Kept, Shelf};

/// Its number, the projection, its stage and its position.
pub(super) type GenerationRow = (i64, String, i64, i64);
/// The generation, the key, and the JSON.
pub(super) type DocumentRow = (i64, String, String);
/// The generation, the index, the value and the key.
pub(super) type EntryRow = (i64, i64, Vec<u8>, String);

pub(super) fn shelf(
    head: i64,
    generations: Vec<GenerationRow>,
    documents: Vec<DocumentRow>,
    entries: Vec<EntryRow>,
) -> Result<Shelf, Failure> {
    let mut kept = BTreeMap::new();
    for (generation, projection, stage, position) in generations {
        let empty = Kept {
            generation,
            projection,
            is_ready: stage == 1,
            position: u64::try_from(position)?,
            ..Kept::default()
        };
        kept.insert(generation, empty);
    }
    // Those of generations that were dropped are there for a while.
    for (generation, key, document) in documents {
        if let Some(kept) = kept.get_mut(&generation) {
            kept.documents.insert(key, document);
        }
    }
    for (generation, index, value, key) in entries {
        if let Some(kept) = kept.get_mut(&generation) {
            kept.entries.insert((index, value, key));
        }
    }
    Ok(Shelf {
        head: u64::try_from(head)?,
        kept: kept.into_values().collect(),
    })
}
