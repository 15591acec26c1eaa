//! A store that fails, lies low or dies as a test tells it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gesta::store::{
    CommandKey, Commit, Lookup, MemoryStore, Outcome, Page, PageLimit, Snapshot, Store,
    StoreFuture, StoredEvent, StreamName,
};
use gesta::{App, StoreError};
use tokio::sync::Semaphore;

use crate::account::bank_with;

/// What happens to an append.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    None,
    /// Nothing is written, and the store says so.
    Fails,
    /// Nothing is written: the store is away.
    Away,
    /// All is written, and the answer is lost.
    AnswerLost,
    /// Nothing is written: the store itself is broken.
    Panics,
}

/// A memory store with faults.
#[derive(Clone)]
pub struct Faulty(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    faults: Mutex<VecDeque<Fault>>,
    /// Appends that hold any of these events fail.
    poison: Mutex<Option<String>>,
    /// Written by somebody else, just after an append has failed.
    overtaking: Mutex<Option<Commit>>,
    lookups_fail: Mutex<bool>,
    /// One permit an append.
    gate: Option<Semaphore>,
    pub appends: AtomicUsize,
    pub loads: AtomicUsize,
    pub lookups: AtomicUsize,
}

impl Faulty {
    pub fn new() -> Self {
        Self::with(Arc::new(MemoryStore::new()), None)
    }

    /// Nothing is appended until [`let_through`](Self::let_through).
    pub fn gated() -> Self {
        Self::with(Arc::new(MemoryStore::new()), Some(Semaphore::new(0)))
    }

    fn with(store: Arc<dyn Store>, gate: Option<Semaphore>) -> Self {
        Self(Arc::new(Inner {
            store,
            faults: Mutex::default(),
            poison: Mutex::default(),
            overtaking: Mutex::default(),
            lookups_fail: Mutex::default(),
            gate,
            appends: AtomicUsize::new(0),
            loads: AtomicUsize::new(0),
            lookups: AtomicUsize::new(0),
        }))
    }

    /// What happens to the next appends.
    pub fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.faults.lock().unwrap().extend(faults);
    }

    /// Fails each append that holds this text in an event.
    pub fn refuse(&self, text: &str) {
        *self.0.poison.lock().unwrap() = Some(text.to_owned());
    }

    /// The store under the faults, as another process has it.
    pub fn beneath(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0.store)
    }

    /// Lets somebody else write this commit just after the next append that fails.
    pub fn is_overtaken_by(&self, commit: Commit) {
        *self.0.overtaking.lock().unwrap() = Some(commit);
    }

    pub fn lookups_fail(&self, fail: bool) {
        *self.0.lookups_fail.lock().unwrap() = fail;
    }

    pub fn let_through(&self, appends: usize) {
        self.0.gate.as_ref().unwrap().add_permits(appends);
    }

    pub fn appends(&self) -> usize {
        self.0.appends.load(Ordering::SeqCst)
    }

    pub fn lookups(&self) -> usize {
        self.0.lookups.load(Ordering::SeqCst)
    }

    pub fn loads(&self) -> usize {
        self.0.loads.load(Ordering::SeqCst)
    }
}

/// A gated store, behind whose gate `alice` has an account with so much on it.
pub async fn gated_bank_with(cents: u64) -> (Faulty, App) {
    let store = Faulty::gated();
    store.let_through(2);
    let bank = bank_with(store.clone(), cents).await;
    (store, bank)
}

fn failed() -> StoreError {
    StoreError::failed("the test said so")
}

impl Store for Faulty {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        let inner = &*self.0;
        Box::pin(async move {
            if let Some(gate) = &inner.gate {
                gate.acquire().await.unwrap().forget();
            }
            inner.appends.fetch_add(1, Ordering::SeqCst);
            let poison = inner.poison.lock().unwrap().clone();
            let poisoned = |commit: &Commit| {
                commit.events.iter().any(|event| {
                    poison
                        .as_ref()
                        .is_some_and(|text| event.json.contains(text))
                })
            };
            if batch.iter().any(poisoned) {
                let overtaking = inner.overtaking.lock().unwrap().take();
                if let Some(commit) = overtaking {
                    inner.store.append(&[commit]).await?;
                }
                return Err(failed());
            }
            let fault = inner
                .faults
                .lock()
                .unwrap()
                .pop_front()
                .unwrap_or(Fault::None);
            match fault {
                Fault::None => inner.store.append(batch).await,
                Fault::Fails => Err(failed()),
                Fault::Away => Err(StoreError::unavailable("the test said so")),
                Fault::Panics => panic!("a broken store"),
                Fault::AnswerLost => {
                    inner.store.append(batch).await?;
                    Err(StoreError::unavailable("the answer was lost"))
                }
            }
        })
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.0.lookups.fetch_add(1, Ordering::SeqCst);
        if *self.0.lookups_fail.lock().unwrap() {
            return Box::pin(async { Err(StoreError::unavailable("the test said so")) });
        }
        self.0.store.lookup(keys)
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        if after == 0 {
            self.0.loads.fetch_add(1, Ordering::SeqCst);
        }
        self.0.store.read_stream(stream, after, limit)
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        self.0.store.read_log(after, limit)
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.0.store.read_snapshot(stream)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        panic!("whoever opened the store closes it")
    }
}

/// A store in which somebody else is always faster, and every stream holds the same events. If there are none, it claims
/// that there are more.
pub struct Stub(pub Vec<StoredEvent>);

impl Store for Stub {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async { Ok(vec![Outcome::Refused; batch.len()]) })
    }

    fn lookup<'a>(&'a self, _: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        Box::pin(async { Err(failed()) })
    }

    fn read_stream<'a>(&'a self, _: &'a StreamName, _: u64, _: PageLimit) -> StoreFuture<'a, Page> {
        Box::pin(async {
            Ok(Page {
                events: self.0.clone(),
                more: self.0.is_empty(),
            })
        })
    }

    fn read_log(&self, _: u64, _: PageLimit) -> StoreFuture<'_, Page> {
        Box::pin(async { Err(failed()) })
    }

    fn read_snapshot<'a>(&'a self, _: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(async { Ok(None) })
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}
