//! A store under test, and what the checks say of it.

use std::fmt::Debug;
use std::sync::Arc;

use uuid::Uuid;

use crate::event::Meta;
use crate::store::{
    CommandKey, Commit, Lookup, NewEvent, Outcome, PageLimit, Snapshot, Store, StoreError,
    StoredEvent, StreamName,
};
use crate::time::Timestamp;

use super::Harness;

/// Panics with the rule unless both are the same.
#[track_caller]
pub(super) fn same<T: PartialEq + Debug>(rule: &str, found: T, wanted: T) {
    let (shown, expected) = (brief(&found), brief(&wanted));
    assert!(
        found == wanted,
        "the store breaks a rule: {rule}\n  found:  {shown}\n  wanted: {expected}"
    );
}

#[track_caller]
pub(super) fn holds(rule: &str, held: bool) {
    assert!(held, "the store breaks a rule: {rule}");
}

#[track_caller]
pub(super) fn done<T>(what: &str, result: Result<T, StoreError>) -> T {
    match result {
        Ok(done) => done,
        Err(error) => broken(&format!("`{what}` works; it failed: {error:?}")),
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "a check says by a panic that it failed")]
pub(super) fn broken(rule: &str) -> ! {
    panic!("the store breaks a rule: {rule}")
}

fn brief(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(2_000) {
        Some((end, _)) => format!("{}.. ({} bytes)", text.split_at(end).0, text.len()),
        None => text,
    }
}

/// The stream of a thing with this id.
#[track_caller]
pub(super) fn stream(id: &str) -> StreamName {
    match StreamName::new("Thing", id) {
        Ok(name) => name,
        Err(error) => broken(&format!("the suite gave the id {id:?}, but {error}")),
    }
}

/// A commit under a fresh command id.
pub(super) fn commit(stream: &StreamName, expected: u64, events: usize) -> Commit {
    let command_id = Uuid::now_v7();
    let event = |number| NewEvent {
        name: "Happened".into(),
        schema: 1,
        json: format!(r#"{{"number":{number},"of":"{command_id}"}}"#),
    };
    Commit {
        stream: stream.clone(),
        expected,
        digest: Some(7),
        events: (0..events).map(event).collect(),
        meta: Meta {
            command_id,
            time: Timestamp::from_micros(1_700_000_000_000_000),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    }
}

/// The same commit under another's command id.
pub(super) fn under_id_of(mut commit: Commit, other: &Commit) -> Commit {
    commit.meta.command_id = other.meta.command_id;
    commit
}

pub(super) const REFUSED: Outcome = Outcome::Refused;

pub(super) fn written(position: u64) -> Outcome {
    Outcome::Written { position }
}

pub(super) struct Subject(pub(super) Arc<dyn Store>);

impl Subject {
    /// A store with nothing in it, and the log to keep while it is used.
    pub(super) async fn fresh<H: Harness>(harness: &H) -> (Self, H::Log) {
        Self::starting_after(harness, 0).await
    }

    pub(super) async fn starting_after<H: Harness>(harness: &H, position: u64) -> (Self, H::Log) {
        let log = harness.create(position).await;
        (Self(harness.open(&log).await), log)
    }

    pub(super) async fn append(&self, batch: &[Commit]) -> Vec<Outcome> {
        let outcomes = done("append", self.0.append(batch).await);
        same(
            "`append` gives one outcome for each commit",
            outcomes.len(),
            batch.len(),
        );
        outcomes
    }

    /// Appends commits that nothing stands against, one by one.
    pub(super) async fn write(&self, commits: &[Commit]) {
        for commit in commits {
            let outcome = self.append(std::slice::from_ref(commit)).await;
            let held = matches!(outcome.as_slice(), [Outcome::Written { .. }]);
            holds("a commit that nothing stands against is written", held);
        }
    }

    pub(super) async fn lookup(&self, commit: &Commit) -> Lookup {
        let key = CommandKey {
            command_id: commit.meta.command_id,
            stream: commit.stream.clone(),
        };
        let found = self.look(&[key]).await;
        match found.as_slice() {
            [lookup] => *lookup,
            _ => broken("`lookup` gives one answer for each key"),
        }
    }

    pub(super) async fn look(&self, keys: &[CommandKey]) -> Vec<Lookup> {
        done("lookup", self.0.lookup(keys).await)
    }

    pub(super) async fn snapshot(&self, stream: &StreamName) -> Option<Snapshot> {
        done("read_snapshot", self.0.read_snapshot(stream).await)
    }

    pub(super) async fn close(self) {
        done("close", self.0.close().await);
    }

    pub(super) async fn stream_page(
        &self,
        stream: &StreamName,
        after: u64,
        limit: PageLimit,
    ) -> (Vec<StoredEvent>, bool) {
        let page = done(
            "read_stream",
            self.0.read_stream(stream, after, limit).await,
        );
        (page.events, page.more)
    }

    pub(super) async fn log_page(&self, after: u64, limit: PageLimit) -> (Vec<StoredEvent>, bool) {
        let page = done("read_log", self.0.read_log(after, limit).await);
        let mut scanned = Vec::new();
        let more = done(
            "scan_log",
            self.0.scan_log(after, limit, &mut scanned).await,
        );
        // Others may have appended since.
        assert!(
            scanned.starts_with(&page.events) && more >= page.more,
            "`scan_log` hands over the page that `read_log` gives"
        );
        (page.events, page.more)
    }

    /// All events of a stream.
    pub(super) async fn stream(&self, stream: &StreamName) -> Vec<StoredEvent> {
        let mut events: Vec<StoredEvent> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event.version);
            let (page, more) = self.stream_page(stream, after, PageLimit::default()).await;
            events.extend(page);
            if !more {
                return events;
            }
        }
    }

    /// All events above this position.
    pub(super) async fn log(&self, after: u64) -> Vec<StoredEvent> {
        let mut events: Vec<StoredEvent> = Vec::new();
        loop {
            let after = events.last().map_or(after, |event| event.position);
            let (page, more) = self.log_page(after, PageLimit::default()).await;
            events.extend(page);
            if !more {
                return events;
            }
        }
    }
}
