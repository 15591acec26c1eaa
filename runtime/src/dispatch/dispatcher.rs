//! The mailboxes of one type of aggregate.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;
use tracing::debug;

use super::admission::{Admission, Limits};
use super::committer::{Item, Verdict};
use super::decide::{Decision, Rules};
use super::entity::{Entity, Live, Phase};
use super::errand::Due;
use super::in_flight::InFlight;
use super::job::Job;
use super::shard::Shard;
use crate::aggregate::Aggregate;
use crate::error::SendError;
#[cfg(feature = "postgres")]
use crate::store::views::Inline;
use crate::store::{Store, StoreError, StreamName};
use crate::time::{Clock, Ids};

/// More shards than cores that decide at once.
const SHARDS: usize = 64;
/// The fewest aggregates that are worth a shard.
const SHARD_CAPACITY: usize = 16;

/// What all dispatchers of an app share.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    /// What is folded in the transaction of an append; here for transactions of callers.
    #[cfg(feature = "postgres")]
    pub(crate) inline: Option<Arc<dyn Inline>>,
    /// Whether it was opened for this app, and is closed with it.
    pub(crate) owns_store: bool,
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
            clock: Arc::clone(&core.clock),
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
        let due = self.accept(job);
        self.go(due);
    }

    fn accept(self: &Arc<Self>, job: Job<A>) -> Option<Due<A>> {
        let mut shard = self.shard(&job.ctx.stream);
        let Some(entity) = shard.touch(&job.ctx.stream) else {
            let mut entity = Entity::away(job.ctx.stream.clone());
            let due = Due::to_load(&entity);
            entity.wait(job);
            shard.insert(entity);
            return Some(due);
        };
        let has_room = entity.has_room(self.core.limits.mailbox);
        let asks_first = entity.asks_first(&job);
        match &mut entity.phase {
            Phase::Ready(live) if !live.lineage.is_broken() && !asks_first => {
                if let Some(job) = self.decide(live, job) {
                    entity.decide_again(job);
                }
            }
            _ if has_room => entity.wait(job),
            _ => job.answer(Err(SendError::Overloaded)),
        }
        entity.due()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder of the length, which is not 0, is an index"
    )]
    pub(super) fn shard(&self, stream: &StreamName) -> MutexGuard<'_, Shard<A>> {
        let hash = self.hasher.hash_one(stream) as usize;
        // A panic under the lock leaves no state half changed: see `Live::decide`.
        self.shards[hash % self.shards.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides a command and sends it on its way to the store; gives it back if it must be decided on a fresh state.
    #[must_use]
    pub(super) fn decide(self: &Arc<Self>, live: &mut Live<A>, mut job: Job<A>) -> Option<Job<A>> {
        let decision = match live.decide(&mut job, &self.rules) {
            Ok(decision) => decision,
            Err(_) if !job.has_panicked => {
                job.has_panicked = true;
                return Some(job);
            }
            Err(message) => {
                job.answer(Err(SendError::Panicked { message }));
                return None;
            }
        };
        live.lineage.begin_one();
        let Decision {
            commit,
            kind,
            refusal,
        } = decision;
        let ticket = Box::new(InFlight {
            dispatcher: Arc::clone(self),
            job,
            version: commit.version(),
            events: commit.events.len(),
            refusal,
        });
        let item = Item {
            commit,
            kind,
            lineage: Arc::clone(&live.lineage),
            ticket,
        };
        if let Err(closed) = self.core.queue.send(item) {
            // The committer ends before its queue only with the runtime. The lineage is sound, so this takes no lock.
            let error = StoreError::unavailable("the async runtime has ended");
            let Item {
                ticket, lineage, ..
            } = closed.0;
            ticket.settle(Verdict::Failed(error), &lineage);
        }
        None
    }

    /// Decides a command on a state that nobody else sees.
    ///
    /// # Errors
    /// What a panic said.
    #[cfg(feature = "postgres")]
    pub(crate) fn decide_alone(
        &self,
        state: A,
        version: u64,
        job: &mut Job<A>,
    ) -> Result<Decision<A>, String> {
        Live::read(state, version).decide(job, &self.rules)
    }

    /// Takes back a command that was decided on a state that did not last.
    pub(super) fn again(&self, mut job: Job<A>, conflict: bool) {
        job.conflicts += u32::from(conflict);
        if job.conflicts >= self.core.limits.attempts {
            let attempts = job.conflicts;
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
