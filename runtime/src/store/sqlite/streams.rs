//! The numbers of streams, kept so that a batch need not search the index of names for each.

use hashlink::LruCache;
use sqlx::sqlite::SqliteRow;

use crate::store::{StoreError, StreamName};

use super::row::get;

/// How many are kept: some ten megabytes with names of common length.
const KEPT: usize = 65_536;

/// A committed number never changes, so that it holds for as long as the store is open.
pub(super) struct Streams(LruCache<StreamName, i64>);

impl Default for Streams {
    fn default() -> Self {
        // It grows with what is in it.
        Self(LruCache::new(KEPT))
    }
}

impl Streams {
    pub(super) fn number(&mut self, stream: &StreamName) -> Option<i64> {
        self.0.get(stream).copied()
    }

    /// Takes over what was read of these streams, in their order. Only after a COMMIT: a number that is rolled back
    /// may be given to another stream.
    pub(super) fn learn<'a>(
        &mut self,
        streams: impl Iterator<Item = &'a StreamName>,
        rows: &[SqliteRow],
    ) -> Result<(), StoreError> {
        for (stream, row) in streams.zip(rows) {
            if let Some(number) = get(row, 0)? {
                self.0.insert(stream.clone(), number);
            }
        }
        Ok(())
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
