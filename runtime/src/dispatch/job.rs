//! A command on its way, and the answer to it.

use tokio::sync::oneshot;
use uuid::Uuid;

use super::admission::Permit;
use crate::aggregate::{Aggregate, AggregateRoot, Command, CommandContext, Existence};
use crate::error::SendError;
use crate::store::Recording;

/// What a command did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Committed {
    /// The version of the aggregate after the command.
    pub version: u64,
    /// The position in the log of the event that gave it this version. For a command without events it may be that of a
    /// later event of the aggregate, and is 0 if the aggregate has none.
    pub position: u64,
    /// How many events the command gave.
    pub events: u32,
    /// Whether the command had taken effect before, under the same command id: this is the first outcome, again. For a
    /// command without events whose answer from the store was lost it is set as well: nobody can tell.
    pub duplicate: bool,
    /// Whether the read models that were waited for show it: `false` if [`SendCommand::wait_for`](crate::SendCommand::wait_for)
    /// waited in vain, else `true`.
    pub visible: bool,
}

pub(crate) type Answer<A> = Result<Committed, SendError<<A as AggregateRoot>::Error>>;

/// What makes a command one that can be told again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) id: Uuid,
    /// Made from the command where the caller gave the id; an id that Gesta made is told only with an
    /// unknown outcome.
    pub(crate) digest: Option<i64>,
}

impl Stamp {
    pub(crate) fn is_given(&self) -> bool {
        self.digest.is_some()
    }
}

/// A command of `A` whose type is forgotten.
pub(crate) trait Decide<A: Aggregate>: Send + Sync {
    fn name(&self) -> &'static str;
    fn existence(&self) -> Existence;
    fn decide(&self, state: &A, ctx: &CommandContext) -> Result<Vec<A::Event>, A::Error>;
}

impl<C: Command> Decide<C::Aggregate> for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn existence(&self) -> Existence {
        C::EXISTENCE
    }

    fn decide(
        &self,
        state: &C::Aggregate,
        ctx: &CommandContext,
    ) -> Result<Vec<<C::Aggregate as Aggregate>::Event>, <C::Aggregate as AggregateRoot>::Error>
    {
        Command::decide(self, state, ctx)
    }
}

/// A command that was admitted and is not answered yet.
pub(crate) struct Job<A: Aggregate> {
    pub(crate) command: Box<dyn Decide<A>>,
    pub(crate) ctx: CommandContext,
    pub(crate) causation: Option<String>,
    pub(crate) stamp: Stamp,
    /// How often another process was faster.
    pub(crate) conflicts: u32,
    /// Whether the state could not take its events once. It may have been the state's fault.
    pub(crate) has_panicked: bool,
    pub(crate) reply: oneshot::Sender<Answer<A>>,
    pub(crate) permit: Permit,
}

impl<A: Aggregate> Job<A> {
    /// Answers the caller, who may have gone.
    pub(crate) fn answer(self, answer: Answer<A>) {
        // First, so that a caller who sends the next command on this answer finds room for it.
        drop(self.permit);
        let _caller_has_gone = self.reply.send(answer);
    }

    /// Answers with what is recorded under the command's id, since before this command.
    pub(crate) fn answer_recorded(self, recording: Recording) {
        let is_another = match (recording.digest, self.stamp.digest) {
            (Some(then), Some(now)) => then != now,
            // Recorded under an id that Gesta made, and that `OutcomeUnknown` told: nothing to compare with.
            (None, Some(_)) => false,
            // Gesta makes an id once, so it is that of another command, whose ids come from a source that repeats.
            (_, None) => true,
        };
        let command_id = self.stamp.id;
        self.answer(match is_another {
            true => Err(SendError::CommandIdReused { command_id }),
            false => Ok(Committed::of(recording, true)),
        });
    }
}

impl Committed {
    pub(super) fn of(recording: Recording, duplicate: bool) -> Self {
        Self {
            version: recording.version,
            position: recording.position,
            events: recording.events,
            duplicate,
            visible: true,
        }
    }
}
