//! Pages and counts.

use std::ops::RangeBounds;

use crate::store::views::{Cursor, IndexRange, ViewPage, ViewQuery};

use super::generation::Kept;

impl Kept {
    pub(super) fn count(&self, range: Option<&IndexRange>) -> u64 {
        let count = match range {
            Some(range) => self.places_in(range).len(),
            None => self.documents.len(),
        };
        count as u64
    }

    pub(super) fn page(&self, query: &ViewQuery) -> ViewPage {
        let mut places = self.places(query);
        if query.reverse {
            places.reverse();
        }
        let limit = usize::try_from(query.limit.max(1)).unwrap_or(usize::MAX);
        let more = places.len() > limit;
        places.truncate(limit);
        let last = places.last().map(|(value, key)| Cursor {
            value: value.to_vec(),
            key: (*key).to_owned(),
        });
        let document = |(_, key): &(&[u8], &str)| Some(((*key).to_owned(), self.document(key)?));
        ViewPage {
            documents: places.iter().filter_map(document).collect(),
            next: last.filter(|_| more),
        }
    }

    /// The values and keys of all documents that could stand on this page or behind it, in ascending order.
    fn places(&self, query: &ViewQuery) -> Vec<(&[u8], &str)> {
        let after = query.after.as_ref();
        let after = after.map(|after| (after.value.as_slice(), after.key.as_str()));
        let is_after = |place: &(&[u8], &str)| match after {
            Some(after) if query.reverse => *place < after,
            Some(after) => *place > after,
            None => true,
        };
        let keys = self.documents.keys();
        let mut places = match &query.range {
            Some(range) => self.places_in(range),
            None => keys.map(|key| (&[][..], key.as_str())).collect(),
        };
        places.retain(is_after);
        places
    }

    fn places_in(&self, range: &IndexRange) -> Vec<(&[u8], &str)> {
        let values = (range.from.clone(), range.to.clone());
        let entries = self.entries.iter();
        entries
            .filter(|entry| entry.index == range.index && values.contains(&entry.value))
            .map(|entry| (entry.value.as_slice(), entry.key.as_str()))
            .collect()
    }
}
