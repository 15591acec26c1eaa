//! Deciding one command on a state, and taking its events into that state.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::warn;

use super::committer::Kind;
use super::entity::Live;
use super::job::Job;
use super::load::fingerprint;
use crate::aggregate::{Aggregate, Existence, Snapshots};
use crate::error::SendError;
use crate::event::{Events, Meta};
use crate::store::{Commit, NewEvent, Snapshot};

/// What holds for every decision on aggregates of one type.
pub(crate) struct Rules<A> {
    pub(crate) snapshots: Option<Snapshots<A>>,
    pub(crate) event_bytes: usize,
}

/// What a command came to.
pub(crate) struct Decision<A: Aggregate> {
    pub(crate) commit: Commit,
    pub(crate) kind: Kind,
    /// Why it was refused, if it was.
    pub(crate) refusal: Option<SendError<A::Error>>,
}

impl<A: Aggregate> Live<A> {
    /// Decides a command and applies its events.
    ///
    /// # Errors
    /// An answer that no other state would change. The state is as it was, unless the lineage is broken now.
    pub(crate) fn decide(
        &mut self,
        job: &Job<A>,
        rules: &Rules<A>,
    ) -> Result<Decision<A>, SendError<A::Error>> {
        let mut applying = false;
        // Whatever of the user's code panics, in here or in its `Serialize`, is answered; nobody else hears of it.
        let decided = catch_unwind(AssertUnwindSafe(|| {
            self.try_decide(job, rules, &mut applying)
        }));
        decided.unwrap_or_else(|panic| {
            if applying {
                // Nobody knows what the state is now.
                self.lineage.break_off();
            }
            Err(SendError::Panicked {
                message: panic_message(&*panic),
            })
        })
    }

    fn try_decide(
        &mut self,
        job: &Job<A>,
        rules: &Rules<A>,
        applying: &mut bool,
    ) -> Result<Decision<A>, SendError<A::Error>> {
        let (events, refusal) = match self.ask(job) {
            Ok(events) => (events, None),
            Err(refusal) => (Vec::new(), Some(refusal)),
        };
        let mut commit = Commit {
            stream: job.ctx.stream.clone(),
            expected: self.version,
            digest: job.stamp.digest,
            events: encode(&events, rules.event_bytes)?,
            meta: meta(job),
            snapshot: None,
        };
        *applying = true;
        events.iter().for_each(|event| self.state.apply(event));
        commit.snapshot = rules
            .snapshots
            .as_ref()
            .and_then(|snapshots| self.snapshot(&commit, snapshots, rules));
        self.version = commit.version();
        // A command that changes nothing is recorded where its caller can ask for it again.
        let writes = !events.is_empty() || (refusal.is_none() && job.stamp.is_given());
        Ok(Decision {
            commit,
            kind: if writes { Kind::Write } else { Kind::Check },
            refusal,
        })
    }

    fn ask(&self, job: &Job<A>) -> Result<Vec<A::Event>, SendError<A::Error>> {
        let (aggregate, id) = (A::NAME, || job.ctx.stream.id().to_owned());
        match job.command.existence() {
            Existence::Create if self.version > 0 => Err(SendError::AlreadyExists {
                aggregate,
                id: id(),
            }),
            Existence::Require if self.version == 0 => Err(SendError::NotFound {
                aggregate,
                id: id(),
            }),
            _ => job
                .command
                .decide(&self.state, &job.ctx)
                .map_err(SendError::Rejected),
        }
    }

    /// The state, if it is to be kept. A state that cannot be kept fails no command: it is only an optimisation.
    fn snapshot(
        &self,
        commit: &Commit,
        snapshots: &Snapshots<A>,
        rules: &Rules<A>,
    ) -> Option<Snapshot> {
        let limit = rules.event_bytes;
        let version = commit.version();
        if !snapshots.is_due(commit.expected, version) {
            return None;
        }
        match (snapshots.save)(&self.state) {
            Ok(json) if json.len() <= limit => Some(Snapshot {
                version,
                fingerprint: fingerprint(snapshots),
                json,
            }),
            Ok(json) => {
                warn!(stream = %commit.stream, bytes = json.len(), limit, "no snapshot");
                None
            }
            Err(_) => {
                warn!(stream = %commit.stream, "the state has no JSON: no snapshot");
                None
            }
        }
    }
}

fn encode<E: Events, R: std::error::Error>(
    events: &[E],
    limit: usize,
) -> Result<Vec<NewEvent>, SendError<R>> {
    let one = |event: &E| {
        let object = event.event();
        let json = object.to_json().map_err(SendError::Unencodable)?;
        if json.len() > limit {
            return Err(SendError::TooLarge {
                bytes: json.len(),
                limit,
            });
        }
        Ok(NewEvent {
            name: object.name().into(),
            version: object.version(),
            json,
        })
    };
    events.iter().map(one).collect()
}

fn meta<A: Aggregate>(job: &Job<A>) -> Meta {
    Meta {
        command_id: job.stamp.id,
        time: job.ctx.time,
        correlation: job.ctx.correlation.clone(),
        causation: job.causation.clone(),
        actor: job.ctx.actor.clone(),
    }
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
