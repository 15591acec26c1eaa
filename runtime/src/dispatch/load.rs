//! Reading an aggregate: its snapshot, if today's code made it, and the events behind it.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use tracing::{debug, warn};

use super::decide::caught;
use crate::aggregate::{Aggregate, Snapshots, read};
use crate::error::LoadError;
use crate::event::{Encoded, Events, Lifted};
use crate::fnv;
use crate::store::{Page, PageLimit, Store, StoreError, StoreFuture, StoredEvent, StreamName};

/// While one page is folded the store reads the next, so a long stream had better have several.
const PAGE: PageLimit = PageLimit {
    events: 2_048,
    bytes: 4 << 20,
};

/// Folds a stream into a state, and says at which version it is; 0 if there is no such stream.
pub(crate) async fn load<A: Aggregate>(
    store: &dyn Store,
    stream: &StreamName,
) -> Result<(A, u64), LoadError> {
    let start = from_snapshot(store, stream).await?;
    fold_from(start, u64::MAX, store, stream).await
}

/// Folds a stream up to this version, or to its end if it does not go so far.
pub(crate) async fn load_until<A: Aggregate>(
    version: u64,
    store: &dyn Store,
    stream: &StreamName,
) -> Result<(A, u64), LoadError> {
    // A snapshot is of a later version, most likely.
    fold_from((A::default(), 0), version, store, stream).await
}

async fn fold_from<A: Aggregate>(
    (mut state, start): (A, u64),
    until: u64,
    store: &dyn Store,
    stream: &StreamName,
) -> Result<(A, u64), LoadError> {
    let mut version = start;
    let mut reading = Begun::new(store.read_stream(stream, version, PAGE));
    loop {
        let page = reading.end().await.map_err(LoadError::Store)?;
        let last = page.events.last().filter(|_| !page.is_last());
        let last = last.filter(|event| event.version < until);
        let limit = after(&page);
        let next = last.map(|event| Begun::new(store.read_stream(stream, event.version, limit)));
        let next = match next {
            Some(mut next) => {
                next.begin().await;
                Some(next)
            }
            None => None,
        };
        for stored in &page.events {
            if version >= until {
                break;
            }
            fold(&mut state, version, stored)?;
            version = stored.version;
        }
        let Some(next) = next else {
            debug!(%stream, version, events = version - start, "read an aggregate");
            return Ok((state, version));
        };
        reading = next;
    }
}

/// The limit of the page after this one: a store may have to read all events before it knows how large they are.
fn after(page: &Page) -> PageLimit {
    let bytes: usize = page.events.iter().map(|event| event.json.len()).sum();
    let average = bytes / page.events.len().max(1);
    let fit = PAGE.bytes / average.max(1);
    PageLimit {
        events: u32::try_from(fit).map_or(PAGE.events, |fit| fit.clamp(1, PAGE.events)),
        bytes: PAGE.bytes,
    }
}

/// A page that is being read.
struct Begun<'a> {
    reading: StoreFuture<'a, Page>,
    page: Option<Result<Page, StoreError>>,
}

impl<'a> Begun<'a> {
    fn new(reading: StoreFuture<'a, Page>) -> Self {
        let page = None;
        Self { reading, page }
    }

    /// Has the store begin, without waiting for it.
    async fn begin(&mut self) {
        poll_fn(|context| {
            if let Poll::Ready(page) = self.reading.as_mut().poll(context) {
                self.page = Some(page);
            }
            Poll::Ready(())
        })
        .await;
    }

    async fn end(self) -> Result<Page, StoreError> {
        match self.page {
            Some(page) => page,
            None => self.reading.await,
        }
    }
}

async fn from_snapshot<A: Aggregate>(
    store: &dyn Store,
    stream: &StreamName,
) -> Result<(A, u64), LoadError> {
    let Some(snapshots) = A::snapshots() else {
        return Ok((A::default(), 0));
    };
    let Some(snapshot) = store
        .read_snapshot(stream)
        .await
        .map_err(LoadError::Store)?
    else {
        return Ok((A::default(), 0));
    };
    if snapshot.fingerprint != fingerprint(&snapshots) {
        debug!(%stream, version = snapshot.version, "left a snapshot of other code aside");
        return Ok((A::default(), 0));
    }
    match (snapshots.restore)(&snapshot.json) {
        Ok(state) => Ok((state, snapshot.version)),
        Err(_) => {
            // The cause may quote the state, so it is not told.
            warn!(%stream, version = snapshot.version, "a snapshot does not decode");
            Ok((A::default(), 0))
        }
    }
}

/// What tells the state of today's code from that of other code: the struct, what serde reads for it, what the `#[apply]`
/// methods do to it, and the versions of the events, since older ones may be read as other events than they were.
pub(crate) fn fingerprint<A: Aggregate>(snapshots: &Snapshots<A>) -> i64 {
    let code = snapshots.fingerprint ^ A::APPLY_FINGERPRINT.rotate_left(32);
    let shape = (snapshots.shape)().rotate_left(16);
    (code ^ shape ^ versions::<A>()).cast_signed()
}

/// A number that changes when an event has another name or version, or another history.
fn versions<A: Aggregate>() -> u64 {
    let name = |name: &'static str| name.bytes().chain([0xff]);
    let events = A::Event::TYPES.iter().flat_map(|each| {
        let (names, version) = (each.key.names().flat_map(name), each.key.version);
        let history = each.key.history.to_le_bytes();
        names.chain(version.to_le_bytes()).chain(history)
    });
    let retired = A::RETIRED.iter().flat_map(|retired| name(retired));
    fnv::hash(events.chain(retired))
}

/// Applies an event that must come right after `version`.
pub(crate) fn fold<A: Aggregate>(
    state: &mut A,
    version: u64,
    stored: &StoredEvent,
) -> Result<(), LoadError> {
    let events = decode::<A>(version, stored)?;
    caught(|| events.into_iter().for_each(|event| state.apply(&event)))
        .map_err(|message| LoadError::Panicked { message })
}

/// Decodes an event that must come right after `version`.
pub(crate) fn decode<A: Aggregate>(
    version: u64,
    stored: &StoredEvent,
) -> Result<Lifted<A::Event>, LoadError> {
    if version.checked_add(1) != Some(stored.version) {
        return Err(LoadError::Gap {
            from: version,
            to: stored.version,
        });
    }
    let encoded = Encoded {
        name: &stored.name,
        version: stored.schema,
        json: &stored.json,
    };
    let decoded =
        caught(|| read::<A>(encoded)).map_err(|message| LoadError::Panicked { message })?;
    decoded.map_err(|source| LoadError::Undecodable {
        version: stored.version,
        position: stored.position,
        source: Arc::new(source),
    })
}
