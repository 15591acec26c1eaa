//! A log that is written without an app, and what read models must hold of it.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use gesta::store::views::{IndexRange, Stage, ViewQuery, Which};
use gesta::store::{Commit, NewEvent, Outcome, PageLimit, Store, StoredEvent, StreamName};
use gesta::{Meta, Timestamp};
use serde_json::Value;
use std::ops::Bound;
use uuid::Uuid;

/// Polls until something holds; it is a failure if it does not for so long.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "not for long: {what}"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Appends to streams, whatever their aggregates would say.
#[derive(Default)]
pub struct Writer {
    versions: HashMap<StreamName, u64>,
    random: u64,
}

impl Writer {
    /// The next number below `limit`.
    pub fn random(&mut self, limit: u64) -> u64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % limit
    }

    pub fn commit(
        &mut self,
        aggregate: &str,
        id: &str,
        name: &'static str,
        json: String,
    ) -> Commit {
        let stream = StreamName::new(aggregate, id).unwrap();
        let version = self.versions.entry(stream.clone()).or_default();
        let expected = *version;
        *version += 1;
        Commit {
            stream,
            expected,
            digest: None,
            events: vec![NewEvent {
                name: name.into(),
                schema: 1,
                json,
            }],
            meta: Meta {
                command_id: Uuid::now_v7(),
                time: Timestamp::default(),
                correlation: None,
                causation: None,
                actor: None,
            },
            snapshot: None,
        }
    }

    pub fn deposit(&mut self, id: &str, cents: u64) -> Commit {
        self.commit("Account", id, "Deposited", format!("{{\"cents\":{cents}}}"))
    }

    /// Something that happens in a bank.
    pub fn any(&mut self) -> Commit {
        let id = format!("a{}", self.random(12));
        match self.random(10) {
            0 => {
                let owner = format!("{{\"owner\":\"o{}\"}}", self.random(4));
                self.commit("Account", &id, "AccountOpened", owner)
            }
            1 => self.commit("Account", &id, "AccountClosed", "{}".into()),
            2..5 => {
                let (to, cents) = (self.random(12), self.random(90));
                let json = format!("{{\"from\":\"{id}\",\"to\":\"a{to}\",\"cents\":{cents}}}");
                self.commit("Transfer", &Uuid::now_v7().to_string(), "Transferred", json)
            }
            _ => {
                let cents = 20 + self.random(70);
                self.deposit(&id, cents)
            }
        }
    }

    pub async fn append(&mut self, store: &dyn Store, events: usize) {
        let batch: Vec<_> = (0..events).map(|_| self.any()).collect();
        append(store, &batch).await;
    }
}

pub async fn append(store: &dyn Store, batch: &[Commit]) {
    let outcomes = store.append(batch).await.unwrap();
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Written { .. })),
        "{outcomes:?}"
    );
}

pub async fn log(store: &dyn Store) -> Vec<StoredEvent> {
    let mut log = Vec::new();
    loop {
        let page = store
            .read_log(log.len() as u64, PageLimit::default())
            .await
            .unwrap();
        log.extend(page.events);
        if !page.more {
            return log;
        }
    }
}

/// Documents by key, and the bytes that they are found by.
type Documents = BTreeMap<String, (String, Vec<u8>)>;

#[derive(Default)]
struct Doc {
    owner: String,
    cents: u64,
    seen: Vec<u64>,
}

/// An event, as far as read models take note of it.
pub struct Fact {
    position: u64,
    name: String,
    id: String,
    json: Value,
}

/// All that stands in the log.
pub async fn facts(store: &dyn Store) -> Vec<Fact> {
    let fact = |event: StoredEvent| Fact {
        position: event.position,
        id: event.stream.id().to_owned(),
        name: event.name,
        json: serde_json::from_str(&event.json).unwrap(),
    };
    log(store).await.into_iter().map(fact).collect()
}

/// The fold of a log, written plainly: nothing of it is Gesta's.
pub fn fold(projection: &str, log: &[Fact]) -> Documents {
    let mut docs: BTreeMap<&str, Doc> = BTreeMap::new();
    let is_statement = projection == "Statement";
    for Fact {
        position,
        name,
        id,
        json,
    } in log
    {
        let text = |field: &str| json[field].as_str().unwrap();
        let keys = match name.as_str() {
            "AccountClosed" => {
                docs.remove(id.as_str());
                continue;
            }
            "AccountOpened" if is_statement => {
                docs.entry(id).or_default().owner = text("owner").to_owned();
                continue;
            }
            "Deposited" => vec![id.as_str()],
            "Transferred" if !is_statement && text("from") == text("to") => vec![text("to")],
            "Transferred" if !is_statement => vec![text("from"), text("to")],
            _ => continue,
        };
        for key in keys {
            let doc = docs.entry(key).or_default();
            doc.cents += json["cents"].as_u64().unwrap();
            doc.seen.push(*position);
        }
    }
    docs.into_iter()
        .map(|(key, doc)| (key.to_owned(), written(is_statement, &doc)))
        .collect()
}

fn written(is_statement: bool, Doc { owner, cents, seen }: &Doc) -> (String, Vec<u8>) {
    let seen: Vec<_> = seen.iter().map(ToString::to_string).collect();
    let seen = seen.join(",");
    if is_statement {
        let json = format!("{{\"owner\":\"{owner}\",\"balance\":{cents},\"positions\":[{seen}]}}");
        return (json, owner.as_bytes().to_vec());
    }
    let json = format!("{{\"cents\":{cents},\"seen\":[{seen}]}}");
    (json, (cents / 100).to_be_bytes().to_vec())
}

fn query(range: Option<IndexRange>) -> ViewQuery {
    ViewQuery {
        range,
        after: None,
        reverse: false,
        limit: 10_000,
    }
}

/// All documents of a projection, and the position that they are of; `None` if it is being built.
pub async fn answered(
    store: &dyn Store,
    projection: &str,
    version: u32,
) -> Option<(u64, Vec<(String, String)>)> {
    let which = Which {
        projection: projection.into(),
        version,
    };
    let views = store.views().unwrap();
    let answered = views.page(&which, &query(None)).await.unwrap()?;
    Some((answered.position, answered.answer.documents))
}

/// What it should have answered.
pub fn folded(projection: &str, log: &[Fact], position: u64) -> Vec<(String, String)> {
    let upto = &log[..usize::try_from(position).unwrap()];
    let folded = fold(projection, upto).into_iter();
    folded.map(|(key, (json, _))| (key, json)).collect()
}

/// Whether what a projection answers now is the fold of the log up to the position that it says: documents by key, by
/// index, and their number. Gives the position; `None` if it is being built.
pub async fn check(store: &dyn Store, projection: &str, version: u32, log: &[Fact]) -> Option<u64> {
    let views = store.views().unwrap();
    let which = Which {
        projection: projection.into(),
        version,
    };
    let upto = |position: u64| fold(projection, &log[..usize::try_from(position).unwrap()]);
    let (position, documents) = answered(store, projection, version).await?;
    assert_eq!(
        documents,
        folded(projection, log, position),
        "{projection} at {position}"
    );

    let range = IndexRange {
        index: 0,
        from: Bound::Unbounded,
        to: Bound::Unbounded,
    };
    let by_index = views
        .page(&which, &query(Some(range.clone())))
        .await
        .unwrap()?;
    let mut expected: Vec<_> = upto(by_index.position)
        .into_iter()
        .map(|(key, (json, value))| (value, key, json))
        .collect();
    expected.sort();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(_, key, json)| (key, json))
        .collect();
    assert_eq!(
        by_index.answer.documents, expected,
        "{projection} at {}",
        by_index.position
    );
    assert!(by_index.position >= position, "{projection} went back");

    let count = views.count(&which, Some(&range)).await.unwrap()?;
    assert_eq!(count.answer, upto(count.position).len() as u64);
    Some(position)
}

/// Whether there is one generation of each projection, ready, at the end of the log, and not at fault.
pub async fn is_done(store: &dyn Store, projections: usize) -> bool {
    let views = store.views().unwrap();
    let (head, generations) = (
        views.head().await.unwrap(),
        views.generations().await.unwrap(),
    );
    let done = |each: &&_| is_at(each, head);
    generations.len() == projections && generations.iter().filter(done).count() == projections
}

fn is_at(generation: &gesta::store::views::Generation, position: u64) -> bool {
    generation.stage == Stage::Ready
        && generation.position == position
        && generation.fault.is_none()
}
