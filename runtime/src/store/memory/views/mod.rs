//! Read models, behind one lock: what other stores are compared with.

mod generation;
mod generations;
pub(super) mod inline;
mod query;

use std::time::Duration;

use uuid::Uuid;

use crate::store::StoreFuture;
use crate::store::views::{
    Answered, Control, Declaration, Fault, Generation, IndexRange, ParkedEvent, Request, Stage,
    ViewBatch, ViewPage, ViewQuery, ViewStore, Which,
};

use super::MemoryStore;
use generation::Kept;
pub(super) use generations::Generations;

impl MemoryStore {
    /// Answers from what is kept at one moment.
    fn ask<'a, T: Send + 'a>(
        &'a self,
        ask: impl FnOnce(&mut Generations) -> T + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move { Ok(ask(&mut self.generations())) })
    }

    /// The same, of the generation that answers.
    fn answer<'a, T: Send + 'a>(
        &'a self,
        which: &'a Which,
        ask: impl FnOnce(&Kept) -> T + Send + 'a,
    ) -> StoreFuture<'a, Option<Answered<T>>> {
        self.ask(move |generations| {
            let kept = generations.that_answers(which)?;
            Some(kept.answered(ask(kept)))
        })
    }
}

impl ViewStore for MemoryStore {
    fn head(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move { Ok(self.log().head()) })
    }

    fn declare<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        self.ask(|generations| generations.newest_or_new(declaration, Stage::Ready))
    }

    fn rebuild<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        self.ask(|generations| generations.newest_or_new(declaration, Stage::Building))
    }

    fn generations(&self) -> StoreFuture<'_, Vec<Generation>> {
        self.ask(|generations| generations.all())
    }

    fn claim<'a>(
        &'a self,
        generation: u64,
        owner: Uuid,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        self.ask(move |generations| generations.living(generation)?.claim(owner, lease))
    }

    fn renew<'a>(
        &'a self,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        self.ask(move |generations| generations.fenced(generation, token)?.renew(lease))
    }

    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()> {
        self.ask(move |generations| {
            if let Some(kept) = generations.fenced(generation, token) {
                kept.release();
            }
        })
    }

    fn documents<'a>(
        &'a self,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        self.ask(move |generations| {
            let kept = generations.get(generation);
            let document = |key| kept.and_then(|kept| kept.document(key));
            keys.iter().map(|key| document(key)).collect()
        })
    }

    fn write<'a>(&'a self, batch: &'a ViewBatch) -> StoreFuture<'a, bool> {
        self.ask(|generations| {
            let kept = generations.fenced(batch.generation, batch.token);
            kept.is_some_and(|kept| kept.write(batch))
        })
    }

    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool> {
        self.ask(move |generations| generations.finish(generation, token))
    }

    fn set_fault<'a>(
        &'a self,
        generation: u64,
        token: u64,
        fault: Option<&'a Fault>,
    ) -> StoreFuture<'a, bool> {
        self.ask(move |generations| {
            let kept = generations.fenced(generation, token);
            kept.map(|kept| kept.set_fault(fault.cloned())).is_some()
        })
    }

    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool> {
        self.ask(move |generations| generations.control(generation, control))
    }

    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool> {
        self.ask(move |generations| generations.sweep(generation, documents))
    }

    fn view<'a>(
        &'a self,
        which: &'a Which,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Answered<Option<String>>>> {
        self.answer(which, |kept| kept.document(key))
    }

    fn page<'a>(
        &'a self,
        which: &'a Which,
        query: &'a ViewQuery,
    ) -> StoreFuture<'a, Option<Answered<ViewPage>>> {
        self.answer(which, |kept| kept.page(query))
    }

    fn count<'a>(
        &'a self,
        which: &'a Which,
        range: Option<&'a IndexRange>,
    ) -> StoreFuture<'a, Option<Answered<u64>>> {
        self.answer(which, move |kept| kept.count(range))
    }

    fn parked<'a>(
        &'a self,
        generation: u64,
        after: Option<(&'a str, u64)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<ParkedEvent>> {
        self.ask(move |generations| {
            let kept = generations.get(generation);
            kept.map_or_else(Vec::new, |kept| kept.parked(after, limit))
        })
    }

    fn request<'a>(
        &'a self,
        generation: u64,
        key: &'a str,
        request: Request,
    ) -> StoreFuture<'a, bool> {
        self.ask(move |generations| {
            let kept = generations.get_mut(generation);
            kept.is_some_and(|kept| kept.request(key, request))
        })
    }
}
