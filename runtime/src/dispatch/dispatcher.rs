//! The mailboxes of one type of aggregate.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tracing::debug;

use super::admission::{Admission, Limits};
use super::committer::{Item, Ticket, Verdict};
use super::decide::{Decision, Rules};
use super::entity::{Entity, Live, Phase};
use super::job::{Committed, Job};
use super::lineage::Lineage;
use super::load::load;
use super::shard::Shard;
use crate::aggregate::Aggregate;
use crate::error::{LoadError, SendError};
use crate::store::{Store, StoreError, StreamName};
use crate::time::{Clock, Ids};

/// More shards than cores that decide at once.
const SHARDS: usize = 64;
/// The fewest aggregates that are worth a shard.
const SHARD_CAPACITY: usize = 16;

/// What all dispatchers of an app share.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) limits: Limits,
    pub(crate) admission: Arc<Admission>,
    pub(crate) queue: UnboundedSender<Item>,
    /// Where SQL runs: in tasks of its own, that no caller can cancel.
    pub(crate) runtime: Handle,
}

/// Takes commands to the aggregates of one type.
pub(crate) struct Dispatcher<A: Aggregate> {
    pub(crate) core: Arc<Core>,
    rules: Rules<A>,
    shards: Box<[Mutex<Shard<A>>]>,
    hasher: RandomState,
}

impl<A: Aggregate> Dispatcher<A> {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let capacity = core.limits.cached_aggregates.max(1);
        // Few shards where few aggregates are kept: each shard has an order of use of its own.
        let count = (capacity / SHARD_CAPACITY).clamp(1, SHARDS);
        let shard = |_| Mutex::new(Shard::new(capacity / count));
        let rules = Rules {
            snapshots: A::snapshots(),
            event_bytes: core.limits.event_bytes,
        };
        Self {
            core,
            rules,
            shards: (0..count).map(shard).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Takes a command. It is answered through its reply, whatever happens.
    pub(crate) fn submit(self: &Arc<Self>, job: Job<A>) {
        let mut shard = self.shard(&job.ctx.stream);
        let Some(entity) = shard.touch(&job.ctx.stream) else {
            let mut entity = Entity::loading(job.ctx.stream.clone());
            self.read(entity.stream.clone());
            entity.wait(job);
            return shard.insert(entity);
        };
        let has_room = entity.has_room(self.core.limits.mailbox);
        match &mut entity.phase {
            Phase::Ready(live) if !live.lineage.is_broken() => self.decide(live, job),
            _ if has_room => entity.wait(job),
            _ => job.answer(Err(SendError::Overloaded)),
        }
        self.renew(entity);
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder of the length, which is not 0, is an index"
    )]
    fn shard(&self, stream: &StreamName) -> MutexGuard<'_, Shard<A>> {
        let hash = self.hasher.hash_one(stream) as usize;
        // A panic under the lock leaves nothing half done: see `Live::decide`.
        self.shards[hash % self.shards.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides a command and sends it on its way to the store.
    fn decide(self: &Arc<Self>, live: &mut Live<A>, mut job: Job<A>) {
        job.attempts += 1;
        job.ctx.time = self.core.clock.now();
        let decision = match live.decide(&job, &self.rules) {
            Ok(decision) => decision,
            Err(error) => return job.answer(Err(error)),
        };
        live.lineage.begin_one();
        let Decision {
            commit,
            kind,
            refusal,
        } = decision;
        let (version, events) = (commit.version(), commit.events.len());
        let lineage = Arc::clone(&live.lineage);
        let ticket = InFlight {
            dispatcher: Arc::clone(self),
            job,
            lineage,
            version,
            events,
            refusal,
        };
        let item = Item {
            commit,
            kind,
            lineage: Arc::clone(&live.lineage),
            ticket: Box::new(ticket),
        };
        if let Err(closed) = self.core.queue.send(item) {
            // The committer ends before its queue only with the runtime: the reply goes with the ticket, and the
            // caller learns that nobody knows.
            drop(closed);
        }
    }

    /// Reads the aggregate anew, if it must be and nothing is under way that was decided on it.
    fn renew(self: &Arc<Self>, entity: &mut Entity<A>) {
        if let Phase::Ready(live) = &entity.phase
            && live.lineage.is_broken()
            && live.lineage.is_settled()
        {
            entity.phase = Phase::Loading;
            self.read(entity.stream.clone());
        }
    }

    /// Reads an aggregate in a task of its own, and decides what waits for it.
    fn read(self: &Arc<Self>, stream: StreamName) {
        let mut reading = Reading {
            dispatcher: Arc::clone(self),
            stream,
            arrived: false,
        };
        self.core.runtime.spawn(async move {
            let read = load::<A>(&*reading.dispatcher.core.store, &reading.stream).await;
            reading.arrived = true;
            reading.dispatcher.arrived(&reading.stream, read);
        });
    }

    fn arrived(self: &Arc<Self>, stream: &StreamName, read: Result<(A, u64), LoadError>) {
        let mut shard = self.shard(stream);
        let Some(entity) = shard.get(stream) else {
            return;
        };
        match read {
            Ok((state, version)) => {
                entity.phase = Phase::Ready(Live::read(state, version));
                self.decide_waiting(entity);
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

    fn decide_waiting(self: &Arc<Self>, entity: &mut Entity<A>) {
        while let Some(job) = entity.next() {
            match &mut entity.phase {
                Phase::Ready(live) if !live.lineage.is_broken() => self.decide(live, job),
                _ => {
                    entity.decide_first(job);
                    break;
                }
            }
        }
        self.renew(entity);
    }

    /// Takes back a command that was decided on a state that did not last.
    fn again(self: &Arc<Self>, job: Job<A>, conflict: bool) {
        if conflict && job.attempts >= self.core.limits.attempts {
            let attempts = job.attempts;
            return job.answer(Err(SendError::Conflict { attempts }));
        }
        let stream = job.ctx.stream.clone();
        debug!(%stream, command = job.command.name(), conflict, "deciding a command again");
        // It is there: nothing goes from memory that a decision is pending on.
        if let Some(entity) = self.shard(&stream).get(&stream) {
            entity.decide_again(job);
        }
    }
}

/// An aggregate that is being read. Those that wait for it hear also if the reading task dies.
struct Reading<A: Aggregate> {
    dispatcher: Arc<Dispatcher<A>>,
    stream: StreamName,
    arrived: bool,
}

impl<A: Aggregate> Drop for Reading<A> {
    fn drop(&mut self) {
        if self.arrived {
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

/// A decision that the committer holds.
struct InFlight<A: Aggregate> {
    dispatcher: Arc<Dispatcher<A>>,
    job: Job<A>,
    lineage: Arc<Lineage>,
    version: u64,
    events: usize,
    refusal: Option<SendError<A::Error>>,
}

impl<A: Aggregate> Ticket for InFlight<A> {
    fn settle(self: Box<Self>, verdict: Verdict) {
        let Self {
            dispatcher,
            job,
            lineage,
            version,
            events,
            refusal,
        } = *self;
        let stream = job.ctx.stream.clone();
        match verdict {
            Verdict::Durable { position } => job.answer(match refusal {
                Some(refusal) => Err(refusal),
                None => {
                    let events = u32::try_from(events).unwrap_or(u32::MAX);
                    Ok(Committed {
                        version,
                        position,
                        events,
                        duplicate: false,
                    })
                }
            }),
            Verdict::Known(recording) => job.answer_recorded(recording),
            Verdict::Refused { conflict } => dispatcher.again(job, conflict),
            Verdict::Failed(error) => job.answer(Err(SendError::Store(error))),
            Verdict::Unknown => {
                let command_id = job.stamp.id;
                job.answer(Err(SendError::OutcomeUnknown { command_id }));
            }
        }
        lineage.end_one();
        if lineage.is_broken()
            && let Some(entity) = dispatcher.shard(&stream).get(&stream)
        {
            dispatcher.renew(entity);
        }
    }
}
