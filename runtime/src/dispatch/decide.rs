//! Deciding one command on a state, and taking its events into that state.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tracing::warn;

use super::committer::Kind;
use super::entity::Live;
use super::job::Job;
use super::load::fingerprint;
use crate::aggregate::{Aggregate, Existence, Snapshots};
use crate::error::SendError;
use crate::event::{Encoded, Events, Meta};
use crate::store::{Commit, NewEvent, Snapshot};
use crate::time::Clock;

/// The events of one command have as many bytes as so many of the largest event: they are one transaction.
const COMMAND_EVENTS: usize = 16;

/// What holds for every decision on aggregates of one type.
pub(crate) struct Rules<A> {
    pub(crate) snapshots: Option<Snapshots<A>>,
    pub(crate) event_bytes: usize,
    pub(crate) clock: Arc<dyn Clock>,
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
    /// Whatever of the user's code panics in here is answered; nobody else hears of it.
    ///
    /// # Errors
    /// What a panic said while an event was applied. Nobody knows what the state is then, so the lineage is broken.
    pub(crate) fn decide(
        &mut self,
        job: &mut Job<A>,
        rules: &Rules<A>,
    ) -> Result<Decision<A>, String> {
        let decided = caught(|| {
            job.ctx.time = rules.clock.now();
            let events = self.ask(job)?;
            let encoded = encode(&events, rules.event_bytes)?;
            Ok((events, encoded))
        });
        // Even that the code panicked, or that an event is too large, may be due to a state that does not last.
        let decided = decided.unwrap_or_else(|message| Err(SendError::Panicked { message }));
        let ((events, encoded), refusal) = match decided {
            Ok(decided) => (decided, None),
            Err(refusal) => (Default::default(), Some(refusal)),
        };
        // A command that changes nothing is recorded where its caller can ask for it again.
        let writes = !events.is_empty() || (refusal.is_none() && job.stamp.is_given());
        let commit = self.take_in(&events, encoded, job, rules)?;
        Ok(Decision {
            commit,
            kind: if writes { Kind::Write } else { Kind::Check },
            refusal,
        })
    }

    fn take_in(
        &mut self,
        events: &[A::Event],
        encoded: Vec<NewEvent>,
        job: &Job<A>,
        rules: &Rules<A>,
    ) -> Result<Commit, String> {
        let mut commit = Commit {
            stream: job.ctx.stream.clone(),
            expected: self.version,
            digest: job.stamp.digest,
            events: encoded,
            meta: meta(job),
            snapshot: None,
        };
        let applied = caught(|| {
            events.iter().for_each(|event| self.state.apply(event));
            let snapshots = rules.snapshots.as_ref();
            snapshots.and_then(|snapshots| self.snapshot(&commit, snapshots, rules))
        });
        commit.snapshot = applied.inspect_err(|_| self.lineage.break_off())?;
        self.version = commit.version();
        Ok(commit)
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
    let mut encoded = Vec::with_capacity(events.len());
    let mut room = limit.saturating_mul(COMMAND_EVENTS);
    for event in events {
        let new = encode_one(event, limit)?;
        let limit = room;
        room = room
            .checked_sub(new.json.len())
            .ok_or(SendError::TooLarge {
                bytes: new.json.len(),
                limit,
            })?;
        encoded.push(new);
    }
    Ok(encoded)
}

fn encode_one<E: Events, R: std::error::Error>(
    event: &E,
    limit: usize,
) -> Result<NewEvent, SendError<R>> {
    let object = event.event();
    let (name, version) = (object.name(), object.version());
    let json = object
        .to_json()
        .map_err(|source| SendError::Unencodable { what: name, source })?;
    if json.len() > limit {
        return Err(SendError::TooLarge {
            bytes: json.len(),
            limit,
        });
    }
    // What is stored and cannot be read ends the aggregate, and NaN is enough: its JSON is `null`.
    E::decode(Encoded {
        name,
        version,
        json: &json,
    })
    .map_err(SendError::Unreadable)?;
    Ok(NewEvent {
        name: name.into(),
        schema: version,
        json,
    })
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

/// Runs the user's code, and says what it said if it panicked.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panic_message(&*panic))
}

/// What a panic said.
fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
