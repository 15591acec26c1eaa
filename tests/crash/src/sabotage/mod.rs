//! Bugs to plant into the child, beneath the library and above the true store.
//!
//! A further one is a variant of [`Sabotage`] with its name and the check that must find it, and an arm in `open`.

mod answers;
mod buffered;
mod engine;
mod known;
mod sagas;
mod snapshots;
mod versions;
mod views;
mod writes;

use std::sync::Arc;

use gesta::store::views::ViewStore;
use gesta::store::{
    CommandKey, Commit, Lookup, MemoryStore, Outcome, Page, PageLimit, Snapshot, Store,
    StoreFuture, StreamName,
};

use crate::{Failure, database};
pub use known::Sabotage;

/// Opens a store with the bug between it and the library, or in the server.
pub(crate) async fn open(
    sabotage: Sabotage,
    address: &str,
    readers: u32,
) -> Result<Arc<dyn Store>, Failure> {
    let store = database::open(&engine::told(sabotage, address), readers).await?;
    if let Some(planted) = views::plant(sabotage, &store) {
        return Ok(planted);
    }
    let bug: Box<dyn Bug> = match sabotage {
        Sabotage::AsyncCommit
        | Sabotage::NoSync
        | Sabotage::PositionFirst
        | Sabotage::SkipsAtPage
        | Sabotage::FoldsApart
        | Sabotage::Unfenced
        | Sabotage::StaleDocuments
        | Sabotage::FastClock => return Ok(store),
        Sabotage::Sequence => {
            engine::take_positions_from_a_sequence(address).await?;
            return Ok(store);
        }
        Sabotage::Buffered => {
            let front: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let bug = Box::new(buffered::Buffered::before(store));
            return Ok(Arc::new(Planted { store: front, bug }));
        }
        Sabotage::Drops => Box::<answers::Drops>::default(),
        Sabotage::Forgets => Box::new(answers::Forgets),
        Sabotage::Denies => Box::<answers::Denies>::default(),
        Sabotage::BlindLookup => Box::new(answers::BlindLookup),
        Sabotage::Swaps => Box::new(answers::Swaps),
        Sabotage::Splits => Box::new(writes::Splits),
        Sabotage::Doubles => Box::<writes::Doubles>::default(),
        Sabotage::DropsSecond => Box::new(writes::DropsSecond),
        Sabotage::BendsSnapshots => Box::new(snapshots::Bends),
        Sabotage::SnapshotsAhead => Box::new(snapshots::Ahead),
        Sabotage::AcceptsRefused => Box::new(versions::AcceptsRefused),
        Sabotage::StaleCache => Box::new(versions::StaleCache),
        Sabotage::StaleReads => Box::<versions::StaleReads>::default(),
        Sabotage::DropsSagas => Box::<sagas::DropsSagas>::default(),
        Sabotage::ForgetsSent => Box::new(sagas::ForgetsSent),
        Sabotage::ForgetsClosed => Box::<sagas::ForgetsClosed>::default(),
        Sabotage::StaleSagas => Box::new(sagas::StaleSagas),
    };
    Ok(Arc::new(Planted { store, bug }))
}

/// What is wrong with a store.
trait Bug: Send + Sync + 'static {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>>;

    fn lookup<'a>(
        &'a self,
        store: &'a dyn Store,
        keys: &'a [CommandKey],
    ) -> StoreFuture<'a, Vec<Lookup>> {
        store.lookup(keys)
    }
}

/// A store with a bug.
struct Planted {
    store: Arc<dyn Store>,
    bug: Box<dyn Bug>,
}

impl Store for Planted {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        self.bug.append(&*self.store, batch)
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.bug.lookup(&*self.store, keys)
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        self.store.read_stream(stream, after, limit)
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        self.store.read_log(after, limit)
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.store.read_snapshot(stream)
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        self.store.views()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.store.close()
    }
}
