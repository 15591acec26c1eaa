//! A store that breaks at a call that a test chooses, or holds calls up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::StoreError;
use gesta::store::views::*;
use gesta::store::{
    CommandKey, Commit, Hints, Lookup, Outcome, Page, PageLimit, Snapshot, Store, StoreFuture,
    StreamName,
};
use tokio::sync::watch;
use uuid::Uuid;

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Nothing is done, and the store says so.
    Fails,
    /// It is done, and the answer is lost.
    AnswerLost,
    /// Nothing is done: the store itself is broken.
    Panics,
    /// Nothing is done, and no answer comes.
    Hangs,
    /// It is done, and no answer comes.
    HangsAfter,
}

/// A store whose read models break.
#[derive(Clone)]
pub struct Breaking(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    at: Option<(usize, Break)>,
    calls: AtomicUsize,
    struck: watch::Sender<bool>,
    held: watch::Sender<bool>,
    /// The method whose next call is held up, and all calls after it.
    hold_at: Mutex<Option<&'static str>>,
    /// An event that is not in the log that is read.
    lost: Mutex<Option<u64>>,
    ended: AtomicUsize,
    counts: Mutex<BTreeMap<&'static str, usize>>,
}

impl Breaking {
    /// Breaks at the call of this number, counted from 0.
    pub fn at(store: Arc<dyn Store>, call: usize, how: Break) -> Self {
        Self::new(store, Some((call, how)))
    }

    /// Breaks at none.
    pub fn never(store: Arc<dyn Store>) -> Self {
        Self::new(store, None)
    }

    fn new(store: Arc<dyn Store>, at: Option<(usize, Break)>) -> Self {
        Self(Arc::new(Inner {
            store,
            at,
            calls: AtomicUsize::new(0),
            struck: watch::Sender::new(false),
            held: watch::Sender::new(false),
            hold_at: Mutex::default(),
            lost: Mutex::default(),
            ended: AtomicUsize::new(0),
            counts: Mutex::default(),
        }))
    }

    /// Whether it broke.
    pub fn struck(&self) -> bool {
        *self.0.struck.borrow()
    }

    /// Holds every call up from the next one of a method on, as if the process stood still.
    pub fn hold_at(&self, method: &'static str) {
        *self.0.hold_at.lock().unwrap() = Some(method);
    }

    pub fn is_held(&self) -> bool {
        *self.0.held.borrow()
    }

    /// Lets all calls go that are held up.
    pub fn let_go(&self) {
        *self.0.hold_at.lock().unwrap() = None;
        self.0.held.send_replace(false);
    }

    /// Leaves an event out of the log.
    pub fn lose(&self, position: Option<u64>) {
        *self.0.lost.lock().unwrap() = position;
    }

    /// How many calls were begun, and never came to their end.
    pub fn dropped(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst) - self.0.ended.load(Ordering::SeqCst)
    }

    /// How often a method was called.
    pub fn calls(&self, method: &str) -> usize {
        self.0
            .counts
            .lock()
            .unwrap()
            .get(method)
            .copied()
            .unwrap_or(0)
    }

    fn call<'a, T: Send + 'a>(
        &'a self,
        method: &'static str,
        run: impl FnOnce() -> StoreFuture<'a, T> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        let inner = &self.0;
        Box::pin(async move {
            *inner.counts.lock().unwrap().entry(method).or_default() += 1;
            if inner
                .hold_at
                .lock()
                .unwrap()
                .take_if(|at| *at == method)
                .is_some()
            {
                inner.held.send_replace(true);
            }
            let _ = inner.held.subscribe().wait_for(|held| !held).await;
            let number = inner.calls.fetch_add(1, Ordering::SeqCst);
            let how = inner.at.filter(|(at, _)| *at == number).map(|(_, how)| how);
            let Some(how) = how else {
                // Here it could be given up.
                tokio::task::yield_now().await;
                let done = run().await;
                inner.ended.fetch_add(1, Ordering::SeqCst);
                return done;
            };
            if matches!(how, Break::AnswerLost | Break::HangsAfter) {
                run().await?;
            }
            inner.struck.send_replace(true);
            match how {
                Break::Panics => panic!("the test said so"),
                Break::Hangs | Break::HangsAfter => std::future::pending().await,
                _ => Err(StoreError::unavailable("the test said so")),
            }
        })
    }

    fn inner(&self) -> &dyn ViewStore {
        self.0.store.views().unwrap()
    }
}

impl Store for Breaking {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        self.0.store.append(batch)
    }
    fn append_inline<'a>(
        &'a self,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        self.0.store.append_inline(batch, inline)
    }
    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.0.store.lookup(keys)
    }
    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        self.0.store.read_stream(stream, after, limit)
    }
    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        self.call("read_log", move || {
            Box::pin(async move {
                let mut page = self.0.store.read_log(after, limit).await?;
                let lost = *self.0.lost.lock().unwrap();
                page.events.retain(|event| Some(event.position) != lost);
                Ok(page)
            })
        })
    }
    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.0.store.read_snapshot(stream)
    }
    fn hints(&self) -> Hints {
        self.0.store.hints()
    }
    fn views(&self) -> Option<&dyn ViewStore> {
        Some(self)
    }
    fn close(&self) -> StoreFuture<'_, ()> {
        self.0.store.close()
    }
}

macro_rules! broken {
    ($($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => { $(
        fn $name<'a>(&'a self, $($arg: $type),*) -> StoreFuture<'a, $answer> {
            self.call(stringify!($name), move || self.inner().$name($($arg),*))
        }
    )* };
}

impl ViewStore for Breaking {
    broken! {
        declare(declaration: &'a Declaration) -> Generation;
        rebuild(declaration: &'a Declaration) -> Generation;
        claim(generation: u64, owner: Uuid, lease: Duration) -> Option<Generation>;
        renew(generation: u64, token: u64, lease: Duration) -> Option<Generation>;
        documents(generation: u64, keys: &'a [String]) -> Vec<Option<String>>;
        write(batch: &'a ViewBatch) -> bool;
        set_fault(generation: u64, token: u64, fault: Option<&'a Fault>) -> bool;
        view(which: &'a Which, key: &'a str) -> Option<Answered<Option<String>>>;
        page(which: &'a Which, query: &'a ViewQuery) -> Option<Answered<ViewPage>>;
        count(which: &'a Which, range: Option<&'a IndexRange>) -> Option<Answered<u64>>;
        parked(generation: u64, after: Option<(&'a str, u64)>, limit: u32) -> Vec<ParkedEvent>;
        request(generation: u64, key: &'a str, request: Request) -> bool;
    }
    fn head(&self) -> StoreFuture<'_, u64> {
        self.call("head", || self.inner().head())
    }
    fn generations(&self) -> StoreFuture<'_, Vec<Generation>> {
        self.call("generations", || self.inner().generations())
    }
    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()> {
        self.call("release", move || self.inner().release(generation, token))
    }
    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool> {
        self.call("finish", move || self.inner().finish(generation, token))
    }
    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool> {
        self.call("control", move || self.inner().control(generation, control))
    }
    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool> {
        self.call("sweep", move || self.inner().sweep(generation, documents))
    }
}
