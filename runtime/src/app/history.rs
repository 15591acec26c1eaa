//! The events of one aggregate, page by page.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::task::JoinHandle;

use crate::aggregate::Aggregate;
use crate::dispatch::{Core, decode};
use crate::error::LoadError;
use crate::event::Recorded;
use crate::store::{Page, PageLimit, StoreError, StoredEvent, StreamName};

/// The events of an aggregate, oldest first: a [`Stream`], and [`next`](Self::next) for those without one.
///
/// Each comes as what it is today: one that was stored under a former name or in a former version is lifted, a retired one
/// is left out, and for one that was split there are several of one version and position.
///
/// It ends after the last event, or after the first error. Events that are appended while it is read are in it, if they
/// come before its end is reached. Dropping it is safe.
///
/// ```
/// # use gesta::{Aggregate, App, LoadError};
/// # async fn example<Account: Aggregate<Id = String>>(bank: &App) -> Result<(), LoadError> {
/// let mut history = bank.history::<Account>("alice");
/// while let Some(recorded) = history.next().await {
///     let recorded = recorded?;
///     println!("{} at {}: {:?}", recorded.version, recorded.meta.time, recorded.event);
/// }
/// # Ok(()) }
/// ```
#[must_use = "a history reads nothing until it is polled"]
pub struct History<A: Aggregate> {
    core: Arc<Core>,
    /// The last version that was handed out.
    version: u64,
    page: VecDeque<StoredEvent>,
    /// What the last stored event is today, as far as it was not handed out.
    ready: VecDeque<Recorded<A::Event>>,
    phase: Phase,
    of: std::marker::PhantomData<fn() -> A>,
}

enum Phase {
    /// There may be more after the page.
    More(StreamName),
    /// The next page is being read, in a task that dropping the history does not stop.
    Reading(StreamName, JoinHandle<Result<Page, StoreError>>),
    /// The id is not one.
    Invalid(LoadError),
    End,
}

impl<A: Aggregate> History<A> {
    pub(super) fn new(core: &Arc<Core>, id: &str) -> Self {
        let phase = match StreamName::new(A::NAME, id) {
            Ok(stream) => Phase::More(stream),
            Err(error) => Phase::Invalid(LoadError::InvalidId(error)),
        };
        Self {
            core: Arc::clone(core),
            version: 0,
            page: VecDeque::new(),
            ready: VecDeque::new(),
            phase,
            of: std::marker::PhantomData,
        }
    }

    /// The next event; `None` after the last.
    ///
    /// Dropping the future is safe: no event is lost by it.
    ///
    /// # Errors
    /// A [`LoadError`] where an event cannot be read; nothing comes after it.
    pub async fn next(&mut self) -> Option<Result<Recorded<A::Event>, LoadError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn take(&mut self, stored: &StoredEvent) -> Result<(), LoadError> {
        let events = decode::<A>(self.version, stored)?;
        self.version = stored.version;
        let recorded = |event| {
            let (stream, meta) = (stored.stream.clone(), stored.meta.clone());
            Recorded::new(event, stream, stored.version, stored.position, meta)
        };
        self.ready.extend(events.into_iter().map(recorded));
        Ok(())
    }

    fn read(&self, stream: &StreamName) -> JoinHandle<Result<Page, StoreError>> {
        let (store, stream, after) = (Arc::clone(&self.core.store), stream.clone(), self.version);
        self.core.runtime.spawn(async move {
            store
                .read_stream(&stream, after, PageLimit::default())
                .await
        })
    }
}

// Nothing in it is pinned: the events lie in a queue.
impl<A: Aggregate> Unpin for History<A> {}

impl<A: Aggregate> Stream for History<A> {
    type Item = Result<Recorded<A::Event>, LoadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(recorded) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(recorded)));
            }
            if let Some(stored) = self.page.pop_front() {
                if let Err(error) = self.take(&stored) {
                    self.phase = Phase::End;
                    self.page.clear();
                    return Poll::Ready(Some(Err(error)));
                }
                continue;
            }
            match std::mem::replace(&mut self.phase, Phase::End) {
                Phase::More(stream) => {
                    let reading = self.read(&stream);
                    self.phase = Phase::Reading(stream, reading);
                }
                Phase::Reading(stream, mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.phase = Phase::Reading(stream, reading);
                        return Poll::Pending;
                    };
                    match read.unwrap_or_else(|gone| Err(StoreError::unavailable(gone))) {
                        Ok(page) => {
                            if !page.is_last() {
                                self.phase = Phase::More(stream);
                            }
                            self.page = page.events.into();
                        }
                        Err(error) => return Poll::Ready(Some(Err(LoadError::Store(error)))),
                    }
                }
                Phase::Invalid(error) => return Poll::Ready(Some(Err(error))),
                Phase::End => return Poll::Ready(None),
            }
        }
    }
}
