//! A store that takes its time before it writes, and before it answers.

use std::sync::{Arc, Mutex};

use gesta::store::{
    CommandKey, Commit, Hints, Lookup, Outcome, Page, PageLimit, Snapshot, Store, StoreFuture,
    StreamName,
};

use crate::random::Random;
use crate::writer::pause;

pub struct Pausing<S> {
    store: S,
    random: Mutex<Random>,
}

impl<S: Store> Pausing<S> {
    pub fn on(store: S, seed: u64) -> Arc<dyn Store> {
        let random = Mutex::new(Random::new(seed));
        Arc::new(Self { store, random })
    }

    /// How long the next pauses are is told by a seed of their own.
    fn random(&self) -> Random {
        Random::new(self.random.lock().unwrap().number())
    }
}

impl<S: Store> Store for Pausing<S> {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let mut random = self.random();
            pause(&mut random).await;
            let done = self.store.append(batch).await;
            pause(&mut random).await;
            done
        })
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.store.lookup(keys)
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

    fn hints(&self) -> Hints {
        self.store.hints()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.store.close()
    }
}
