//! A store that does what the bug says, and all else as it should.

use std::sync::Arc;
use std::time::Duration;

use gesta::Timestamp;
use gesta::store::views::{
    Answered, Control, Declaration, Fault, Generation, IndexRange, Inline, ParkedEvent, Request,
    ViewBatch, ViewPage, ViewQuery, ViewStore, Which,
};
use gesta::store::{
    CommandKey, Commit, Hints, Lookup, Outcome, Page, PageLimit, Snapshot, Store, StoreError,
    StoreFuture, StreamName,
};
use uuid::Uuid;

use super::Bug;

pub(super) struct Planted {
    pub(super) store: Arc<dyn Store>,
    pub(super) bug: Box<dyn Bug>,
}

/// Asks the true store something about read models.
fn ask<'a, T: 'a>(
    store: &'a dyn Store,
    ask: impl FnOnce(&'a dyn ViewStore) -> StoreFuture<'a, T>,
) -> StoreFuture<'a, T> {
    match super::views(store) {
        Ok(views) => ask(views),
        Err(error) => Box::pin(async { Err::<T, StoreError>(error) }),
    }
}

impl Store for Planted {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        self.store.append(batch)
    }

    fn append_inline<'a>(
        &'a self,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        self.bug.append_inline(&*self.store, batch, inline)
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
        self.bug.read_log(&*self.store, after, limit)
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.store.read_snapshot(stream)
    }

    fn hints(&self) -> Hints {
        self.store.hints()
    }

    fn views(&self) -> Option<&dyn ViewStore> {
        Some(self)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.store.close()
    }
}

impl ViewStore for Planted {
    fn head(&self) -> StoreFuture<'_, u64> {
        ask(&*self.store, |views| views.head())
    }

    fn declare<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        ask(&*self.store, |views| views.declare(declaration))
    }

    fn rebuild<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        ask(&*self.store, |views| views.rebuild(declaration))
    }

    fn generations(&self) -> StoreFuture<'_, Vec<Generation>> {
        ask(&*self.store, |views| views.generations())
    }

    fn claim<'a>(
        &'a self,
        generation: u64,
        owner: Uuid,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        ask(&*self.store, |views| views.claim(generation, owner, lease))
    }

    fn now(&self) -> StoreFuture<'_, Option<Timestamp>> {
        ask(&*self.store, |views| self.bug.now(views))
    }

    fn renew<'a>(
        &'a self,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        ask(&*self.store, |views| {
            self.bug.renew(views, generation, token, lease)
        })
    }

    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()> {
        ask(&*self.store, |views| views.release(generation, token))
    }

    fn documents<'a>(
        &'a self,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        ask(&*self.store, |views| {
            self.bug.documents(views, generation, keys)
        })
    }

    fn write<'a>(&'a self, batch: &'a ViewBatch) -> StoreFuture<'a, bool> {
        ask(&*self.store, |views| self.bug.write(views, batch))
    }

    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool> {
        ask(&*self.store, |views| views.finish(generation, token))
    }

    fn set_fault<'a>(
        &'a self,
        generation: u64,
        token: u64,
        fault: Option<&'a Fault>,
    ) -> StoreFuture<'a, bool> {
        ask(&*self.store, |views| {
            views.set_fault(generation, token, fault)
        })
    }

    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool> {
        ask(&*self.store, |views| views.control(generation, control))
    }

    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool> {
        ask(&*self.store, |views| views.sweep(generation, documents))
    }

    fn view<'a>(
        &'a self,
        which: &'a Which,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Answered<Option<String>>>> {
        ask(&*self.store, |views| views.view(which, key))
    }

    fn page<'a>(
        &'a self,
        which: &'a Which,
        query: &'a ViewQuery,
    ) -> StoreFuture<'a, Option<Answered<ViewPage>>> {
        ask(&*self.store, |views| views.page(which, query))
    }

    fn count<'a>(
        &'a self,
        which: &'a Which,
        range: Option<&'a IndexRange>,
    ) -> StoreFuture<'a, Option<Answered<u64>>> {
        ask(&*self.store, |views| views.count(which, range))
    }

    fn parked<'a>(
        &'a self,
        generation: u64,
        after: Option<(&'a str, u64)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<ParkedEvent>> {
        ask(&*self.store, |views| views.parked(generation, after, limit))
    }

    fn request<'a>(
        &'a self,
        generation: u64,
        key: &'a str,
        request: Request,
    ) -> StoreFuture<'a, bool> {
        ask(&*self.store, |views| {
            views.request(generation, key, request)
        })
    }
}
