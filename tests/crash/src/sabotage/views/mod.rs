//! Bugs in how read models are kept, between the library and the true store.

mod clock;
mod fences;
mod planted;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use gesta::Timestamp;
use gesta::store::views::{Generation, Inline, ViewBatch, ViewStore};
use gesta::store::{Commit, Outcome, Page, PageLimit, Store, StoreError, StoreFuture};

use super::Sabotage;
use planted::Planted;

/// The store with this bug; `None` if it is not one of read models.
pub(super) fn plant(sabotage: Sabotage, store: &Arc<dyn Store>) -> Option<Arc<dyn Store>> {
    let bug: Box<dyn Bug> = match sabotage {
        Sabotage::PositionFirst => Box::new(writes::PositionFirst),
        Sabotage::SkipsAtPage => Box::<writes::SkipsAtPage>::default(),
        Sabotage::FoldsApart => Box::new(writes::FoldsApart),
        Sabotage::Unfenced => Box::new(fences::Unfenced),
        Sabotage::StaleDocuments => Box::<fences::StaleDocuments>::default(),
        Sabotage::FastClock => Box::new(clock::Fast),
        _ => return None,
    };
    let store = Arc::clone(store);
    Some(Arc::new(Planted { store, bug }))
}

/// What is wrong with a store of read models.
trait Bug: Send + Sync + 'static {
    fn append_inline<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        store.append_inline(batch, inline)
    }

    fn read_log<'a>(
        &'a self,
        store: &'a dyn Store,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        store.read_log(after, limit)
    }

    fn now<'a>(&'a self, views: &'a dyn ViewStore) -> StoreFuture<'a, Option<Timestamp>> {
        views.now()
    }

    fn renew<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        views.renew(generation, token, lease)
    }

    fn documents<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        views.documents(generation, keys)
    }

    fn write<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> StoreFuture<'a, bool> {
        views.write(batch)
    }
}

fn views(store: &dyn Store) -> Result<&dyn ViewStore, StoreError> {
    store
        .views()
        .ok_or_else(|| StoreError::failed("the store keeps no read models"))
}
