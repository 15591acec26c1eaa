//! What an aggregate must ask of the store before it can decide: its events, and whether commands are retries.

use std::collections::HashMap;
use std::sync::Arc;

use tracing::debug;
use uuid::Uuid;

use super::dispatcher::Dispatcher;
use super::entity::{Entity, Live, Phase};
use super::load::load;
use crate::aggregate::Aggregate;
use crate::error::{LoadError, SendError};
use crate::store::{CommandKey, Recording, Store, StoreError, StreamName};

/// An errand that is due. Whoever is handed one has set the aggregate aside for it, and runs it with
/// [`Dispatcher::go`] once no lock is held.
#[must_use]
pub(super) struct Due<A: Aggregate> {
    stream: StreamName,
    /// The state, if it is sound and only commands are asked about.
    live: Option<Live<A>>,
    /// Commands that may have taken effect before.
    ask: Vec<CommandKey>,
}

impl<A: Aggregate> Due<A> {
    /// Reads an aggregate that is not in memory.
    pub(super) fn to_load(entity: &Entity<A>) -> Self {
        Self {
            stream: entity.stream.clone(),
            live: None,
            ask: Vec::new(),
        }
    }
}

impl<A: Aggregate> Entity<A> {
    /// Sets the aggregate aside if it has an errand, and nothing is under way that was decided on its state.
    pub(super) fn due(&mut self) -> Option<Due<A>> {
        let Phase::Ready(live) = &self.phase else {
            return None;
        };
        let broken = live.lineage.is_broken();
        if !live.lineage.is_settled() || !(broken || self.has_waiting()) {
            return None;
        }
        let Phase::Ready(live) = std::mem::replace(&mut self.phase, Phase::Away) else {
            return None;
        };
        let ask = if self.expects_retries {
            self.given_ids()
        } else {
            Vec::new()
        };
        Some(Due {
            stream: self.stream.clone(),
            live: (!broken).then_some(live),
            ask,
        })
    }
}

/// What an errand brings back.
struct Found<A> {
    live: Live<A>,
    /// For each command that was asked about what is recorded of it.
    asked: HashMap<Uuid, Option<Recording>>,
}

async fn run<A: Aggregate>(store: &dyn Store, due: Due<A>) -> Result<Found<A>, LoadError> {
    let live = match due.live {
        Some(live) => live,
        None => load(store, &due.stream)
            .await
            .map(|(state, version)| Live::read(state, version))?,
    };
    let mut asked = HashMap::new();
    if !due.ask.is_empty() {
        let found = store.lookup(&due.ask).await.map_err(LoadError::Store)?;
        asked.extend(
            due.ask
                .iter()
                .zip(found)
                .map(|(key, found)| (key.command_id, found.known)),
        );
    }
    Ok(Found { live, asked })
}

impl<A: Aggregate> Dispatcher<A> {
    /// Runs an errand in a task of its own, and then decides what waits for it.
    ///
    /// No lock may be held: a runtime that is shutting down drops the task at once, and that is told here too.
    pub(super) fn go(self: &Arc<Self>, due: Option<Due<A>>) {
        let Some(due) = due else { return };
        let errand = Errand {
            dispatcher: Arc::clone(self),
            stream: due.stream.clone(),
            is_done: false,
        };
        self.core.runtime.spawn(async move {
            let found = run(&*errand.dispatcher.core.store, due).await;
            errand.deliver(found);
        });
    }

    fn arrived(self: &Arc<Self>, stream: &StreamName, found: Result<Found<A>, LoadError>) {
        let mut shard = self.shard(stream);
        match found {
            Ok(Found { live, asked }) => {
                let due = shard.get(stream).and_then(|entity| {
                    entity.phase = Phase::Ready(live);
                    if !asked.is_empty() {
                        entity.expects_retries = asked.values().any(Option::is_some);
                    }
                    self.decide_waiting(entity, &asked);
                    entity.due()
                });
                drop(shard);
                self.go(due);
            }
            Err(error) => {
                debug!(%stream, %error, "an aggregate cannot be read");
                let entity = shard.remove(stream);
                drop(shard);
                let jobs = entity.into_iter().flat_map(Entity::into_jobs);
                jobs.for_each(|job| job.answer(Err(SendError::Load(error.clone()))));
            }
        }
    }

    fn decide_waiting(
        self: &Arc<Self>,
        entity: &mut Entity<A>,
        asked: &HashMap<Uuid, Option<Recording>>,
    ) {
        while let Some(job) = entity.next() {
            if let Some(Some(recording)) = asked.get(&job.stamp.id) {
                job.answer_recorded(*recording);
                continue;
            }
            match &mut entity.phase {
                Phase::Ready(live) if !live.lineage.is_broken() => {
                    if let Some(job) = self.decide(live, job) {
                        entity.decide_first(job);
                    }
                }
                _ => return entity.decide_first(job),
            }
        }
    }
}

/// An errand that is run. Those that wait for it hear also if its task dies.
struct Errand<A: Aggregate> {
    dispatcher: Arc<Dispatcher<A>>,
    stream: StreamName,
    is_done: bool,
}

impl<A: Aggregate> Errand<A> {
    fn deliver(mut self, found: Result<Found<A>, LoadError>) {
        self.dispatcher.arrived(&self.stream, found);
        self.is_done = true;
    }
}

impl<A: Aggregate> Drop for Errand<A> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let error = if std::thread::panicking() {
            LoadError::Panicked {
                message: "its state could not be made".to_owned(),
            }
        } else {
            LoadError::Store(StoreError::unavailable(
                "the async runtime is shutting down",
            ))
        };
        self.dispatcher.arrived(&self.stream, Err(error));
    }
}
