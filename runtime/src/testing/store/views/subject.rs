//! The read models of a store under test.

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::store::Store;
use crate::store::views::{
    Answered, Control, Declaration, Fault, Generation, IndexEntry, IndexRange, ParkedEvent,
    Request, ViewBatch, ViewPage, ViewQuery, ViewStore, Which,
};

use super::super::Harness;
use super::super::subject::{broken, done, holds, same};

/// Longer than any run of the suite.
pub(super) const LONG: Duration = Duration::from_secs(24 * 60 * 60);
/// Over in a moment.
pub(super) const SHORT: Duration = Duration::from_millis(50);

pub(super) fn declaration(projection: &str, version: u32) -> Declaration {
    Declaration {
        projection: projection.to_owned(),
        version,
        fingerprint: i64::MIN + i64::from(version),
        indexes: "owner,balance".to_owned(),
    }
}

pub(super) fn which(projection: &str, version: u32) -> Which {
    Which {
        projection: projection.to_owned(),
        version,
    }
}

pub(super) fn owner(number: u128) -> Uuid {
    Uuid::from_u128(u128::MAX - number)
}

pub(super) fn fault(position: u64) -> Fault {
    Fault {
        position,
        error: format!("it's no \"{position}\" at all"),
    }
}

/// A batch that takes what is held from where it is to this position.
pub(super) fn batch(held: &Generation, to: u64) -> ViewBatch {
    ViewBatch {
        generation: held.id,
        token: held.token,
        from: held.position,
        to,
        ..ViewBatch::default()
    }
}

pub(super) fn documents<K: Into<String>, J: Into<String>>(
    documents: impl IntoIterator<Item = (K, J)>,
) -> Vec<(String, String)> {
    let documents = documents.into_iter();
    documents
        .map(|(key, json)| (key.into(), json.into()))
        .collect()
}

pub(super) fn entry(index: u32, value: &[u8], key: &str) -> IndexEntry {
    IndexEntry {
        index,
        value: value.to_vec(),
        key: key.to_owned(),
    }
}

pub(super) fn parked(key: &str, position: u64, error: Option<&str>) -> ParkedEvent {
    ParkedEvent {
        key: key.to_owned(),
        position,
        error: error.map(str::to_owned),
        attempts: u32::from(error.is_some()),
        request: None,
    }
}

pub(super) fn range(index: u32, from: Bound<&[u8]>, to: Bound<&[u8]>) -> IndexRange {
    IndexRange {
        index,
        from: from.map(<[u8]>::to_vec),
        to: to.map(<[u8]>::to_vec),
    }
}

pub(super) const EVERYTHING: ViewQuery = ViewQuery {
    range: None,
    after: None,
    reverse: false,
    limit: u32::MAX,
};

/// What there is of a generation that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) position: u64,
    pub(super) documents: Vec<(String, String)>,
    /// The documents by the first index, and by the second.
    pub(super) indexes: [Vec<(String, String)>; 2],
    pub(super) parked: Vec<ParkedEvent>,
}

/// A handle on a store that keeps read models.
#[derive(Clone)]
pub(super) struct Views(pub(super) Arc<dyn Store>);

impl Views {
    /// A store with nothing in it, and the log to keep while it is used.
    pub(super) async fn fresh<H: Harness>(harness: &H) -> (Self, H::Log) {
        let log = harness.create(0).await;
        (Self::open(harness, &log).await, log)
    }

    pub(super) async fn open<H: Harness>(harness: &H, log: &H::Log) -> Self {
        Self(harness.open(log).await)
    }

    fn views(&self) -> &dyn ViewStore {
        match self.0.views() {
            Some(views) => views,
            None => broken("it keeps read models"),
        }
    }

    pub(super) async fn head(&self) -> u64 {
        done("head", self.views().head().await)
    }

    pub(super) async fn declare(&self, declaration: &Declaration) -> Generation {
        done("declare", self.views().declare(declaration).await)
    }

    pub(super) async fn rebuild(&self, declaration: &Declaration) -> Generation {
        done("rebuild", self.views().rebuild(declaration).await)
    }

    pub(super) async fn generations(&self) -> Vec<Generation> {
        done("generations", self.views().generations().await)
    }

    /// One that is there.
    pub(super) async fn generation(&self, id: u64) -> Generation {
        let mut generations = self.generations().await.into_iter();
        match generations.find(|generation| generation.id == id) {
            Some(generation) => generation,
            None => broken(&format!("the generation {id} is there")),
        }
    }

    pub(super) async fn claim(&self, id: u64, by: Uuid, lease: Duration) -> Option<Generation> {
        done("claim", self.views().claim(id, by, lease).await)
    }

    /// A generation of this projection and version, declared and held for good.
    pub(super) async fn held(&self, projection: &str, version: u32) -> Generation {
        let declared = self.declare(&declaration(projection, version)).await;
        self.hold(declared.id).await
    }

    /// Claims for good what nobody else holds.
    pub(super) async fn hold(&self, id: u64) -> Generation {
        match self.claim(id, owner(1), LONG).await {
            Some(held) => held,
            None => broken("a generation that nobody holds can be claimed"),
        }
    }

    pub(super) async fn renew(&self, id: u64, token: u64, lease: Duration) -> Option<Generation> {
        done("renew", self.views().renew(id, token, lease).await)
    }

    pub(super) async fn release(&self, id: u64, token: u64) {
        done("release", self.views().release(id, token).await);
    }

    pub(super) async fn documents(&self, id: u64, keys: &[String]) -> Vec<Option<String>> {
        done("documents", self.views().documents(id, keys).await)
    }

    pub(super) async fn write(&self, batch: &ViewBatch) -> bool {
        done("write", self.views().write(batch).await)
    }

    /// Writes what nothing stands against.
    pub(super) async fn fold(&self, held: &mut Generation, batch: ViewBatch) {
        let written = self.write(&batch).await;
        holds("a batch under the last token is written", written);
        held.position = batch.to;
    }

    /// Moves the position, and nothing else.
    pub(super) async fn move_to(&self, held: &mut Generation, to: u64) {
        let next = batch(held, to);
        self.fold(held, next).await;
    }

    pub(super) async fn finish(&self, held: &Generation) -> bool {
        done("finish", self.views().finish(held.id, held.token).await)
    }

    /// Makes ready what nothing stands against.
    pub(super) async fn make_ready(&self, held: &Generation) {
        let finished = self.finish(held).await;
        holds(
            "a generation that is built and held is made ready",
            finished,
        );
    }

    pub(super) async fn set_fault(&self, id: u64, token: u64, fault: Option<&Fault>) -> bool {
        done("set_fault", self.views().set_fault(id, token, fault).await)
    }

    pub(super) async fn control(&self, id: u64, control: Control) -> bool {
        done("control", self.views().control(id, control).await)
    }

    pub(super) async fn sweep(&self, id: u64, documents: u32) -> bool {
        done("sweep", self.views().sweep(id, documents).await)
    }

    /// Sweeps until a generation is gone, and tells how often.
    pub(super) async fn sweep_away(&self, id: u64, documents: u32) -> u32 {
        for steps in 1..10_000 {
            if self.sweep(id, documents).await {
                return steps;
            }
        }
        broken("a dropped generation is gone after some steps")
    }

    pub(super) async fn view(&self, which: &Which, key: &str) -> Option<Answered<Option<String>>> {
        done("view", self.views().view(which, key).await)
    }

    pub(super) async fn page(
        &self,
        which: &Which,
        query: &ViewQuery,
    ) -> Option<Answered<ViewPage>> {
        done("page", self.views().page(which, query).await)
    }

    /// All documents of a query, page by page, and that the pages are as long as they are to be.
    pub(super) async fn pages(&self, which: &Which, query: &ViewQuery) -> Vec<(String, String)> {
        let mut query = query.clone();
        let mut all = Vec::new();
        loop {
            let Some(found) = self.page(which, &query).await else {
                broken("a projection that is ready answers");
            };
            let found = found.answer;
            let last = found.documents.last().map(|(key, _)| key.clone());
            let length = found.documents.len() as u64;
            all.extend(found.documents);
            let Some(next) = found.next else { return all };
            let rule = "a page that is not the last is full, and `next` is its end";
            same(
                rule,
                (length, Some(&next.key)),
                (query.limit.into(), last.as_ref()),
            );
            // One that did not would be asked for for ever.
            holds(
                "a page goes on behind the one before",
                query.after.as_ref() != Some(&next),
            );
            query.after = Some(next);
        }
    }

    /// All that is kept of a generation that is ready.
    pub(super) async fn contents(&self, held: &Generation) -> Contents {
        let which = which(&held.declaration.projection, held.declaration.version);
        let by = |index| ViewQuery {
            range: Some(range(index, Bound::Unbounded, Bound::Unbounded)),
            ..EVERYTHING
        };
        Contents {
            position: self.generation(held.id).await.position,
            documents: self.pages(&which, &EVERYTHING).await,
            indexes: [
                self.pages(&which, &by(0)).await,
                self.pages(&which, &by(1)).await,
            ],
            parked: self.parked(held.id, None, u32::MAX).await,
        }
    }

    pub(super) async fn count(
        &self,
        which: &Which,
        range: Option<&IndexRange>,
    ) -> Option<Answered<u64>> {
        done("count", self.views().count(which, range).await)
    }

    pub(super) async fn parked(
        &self,
        id: u64,
        after: Option<(&str, u64)>,
        limit: u32,
    ) -> Vec<ParkedEvent> {
        done("parked", self.views().parked(id, after, limit).await)
    }

    pub(super) async fn request(&self, id: u64, key: &str, request: Request) -> bool {
        done("request", self.views().request(id, key, request).await)
    }
}
