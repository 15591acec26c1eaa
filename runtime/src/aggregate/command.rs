//! Commands: what one may ask of an aggregate.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Aggregate, AggregateRoot, Call, IntoId};
use crate::store::StreamName;
use crate::time::{Ids, Timestamp};

/// A request to one aggregate, decided on its state: events, or a refusal.
///
/// `#[command]` writes the struct and this implementation from a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "not a command",
    note = "a `#[command]` method of an `#[aggregate] impl` becomes a struct named after it: `fn open(..)` gives `Open`"
)]
pub trait Command: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The aggregate that decides it.
    type Aggregate: Aggregate;
    /// The name it is stored under, such as `Account.open`.
    const NAME: &'static str;
    /// Whether the aggregate must exist before.
    const EXISTENCE: Existence;

    /// Says what happens. Pure, and may be called again: after a conflict the command is decided on fresh state.
    ///
    /// # Errors
    /// The aggregate's refusal.
    fn decide(
        &self,
        state: &Self::Aggregate,
        ctx: &CommandContext,
    ) -> Result<Vec<<Self::Aggregate as Aggregate>::Event>, <Self::Aggregate as AggregateRoot>::Error>;

    /// Addresses the command: a step of a saga returns it, and the saga sends it.
    fn to(self, id: impl IntoId<<Self::Aggregate as AggregateRoot>::Id>) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self, id)
    }
}

/// Whether a command needs its aggregate to exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// It must not: the command creates it. `#[command(create)]`.
    Create,
    /// It must. `#[command]`.
    Require,
    /// Either will do. `#[command(upsert)]`.
    Upsert,
}

/// What a command may know besides the state: time, fresh ids, whom it is addressed to, who sent it.
///
/// A `#[command]` method takes it as `ctx: &CommandContext`. Time and ids come from here and nowhere else, so that a
/// test can hold them.
#[derive(Clone)]
pub struct CommandContext {
    pub(crate) stream: StreamName,
    pub(crate) time: Timestamp,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) command_id: Uuid,
    pub(crate) correlation: Option<String>,
    pub(crate) actor: Option<String>,
}

impl CommandContext {
    /// The time at which the command is decided, and which is stored with its events. A command that is decided again
    /// gets the time of that moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.time
    }

    /// A fresh identifier, for an entity that the command brings into being. A command that is decided again gets
    /// another one; only those in its events stay.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.ids.next()
    }

    /// The id of the aggregate, as text.
    #[must_use]
    pub fn aggregate_id(&self) -> &str {
        self.stream.id()
    }

    /// The id of the command.
    #[must_use]
    pub fn command_id(&self) -> Uuid {
        self.command_id
    }

    /// What larger piece of work the command belongs to.
    #[must_use]
    pub fn correlation(&self) -> Option<&str> {
        self.correlation.as_deref()
    }

    /// Who sent the command.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }
}

impl std::fmt::Debug for CommandContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CommandContext")
            .field("stream", &self.stream)
            .field("time", &self.time)
            .field("command_id", &self.command_id)
            .finish_non_exhaustive()
    }
}
