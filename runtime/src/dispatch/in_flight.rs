//! A decision that the committer holds, and what its outcome means for the caller and the aggregate.

use std::sync::Arc;

use super::committer::{Ticket, Verdict};
use super::dispatcher::Dispatcher;
use super::entity::Entity;
use super::job::{Committed, Job};
use super::lineage::Lineage;
use crate::aggregate::Aggregate;
use crate::error::SendError;

/// A decision on its way through the committer.
pub(super) struct InFlight<A: Aggregate> {
    pub(super) dispatcher: Arc<Dispatcher<A>>,
    pub(super) job: Job<A>,
    pub(super) version: u64,
    pub(super) events: usize,
    pub(super) refusal: Option<SendError<A::Error>>,
}

impl<A: Aggregate> Ticket for InFlight<A> {
    fn settle(self: Box<Self>, verdict: Verdict, lineage: &Lineage) {
        let Self {
            dispatcher,
            job,
            version,
            events,
            refusal,
        } = *self;
        let stream = job.ctx.stream.clone();
        let is_known = matches!(verdict, Verdict::Known(_));
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
                        visible: true,
                    })
                }
            }),
            Verdict::Known(recording) => job.answer_recorded(recording),
            // Recorded as it was decided, at the very version: by itself, before its answer was lost.
            Verdict::Found(recording)
                if (recording.version, recording.digest) == (version, job.stamp.digest) =>
            {
                let duplicate = events == 0 && job.stamp.is_given();
                job.answer(Ok(Committed::of(recording, duplicate)));
            }
            Verdict::Found(recording) => job.answer_recorded(recording),
            Verdict::Refused { conflict } => dispatcher.again(job, conflict),
            Verdict::Failed(error) => job.answer(Err(SendError::of_store(error))),
            Verdict::Unknown => {
                let command_id = job.stamp.id;
                job.answer(Err(SendError::OutcomeUnknown { command_id }));
            }
        }
        lineage.end_one();
        if lineage.is_broken() {
            let due = dispatcher.shard(&stream).get(&stream).and_then(|entity| {
                entity.expects_retries |= is_known;
                Entity::due(entity)
            });
            dispatcher.go(due);
        }
    }
}
