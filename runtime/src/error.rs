//! What can go wrong between a caller and an aggregate.

use std::error::Error;

use thiserror::Error;
use uuid::Uuid;

use crate::event::DecodeError;
use crate::store::{InvalidId, StoreError};

/// Why a command did not take effect. `E` is the aggregate's own error.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendError<E: Error + 'static> {
    /// The aggregate refused. Nothing is stored; what to do is the domain's matter.
    #[error(transparent)]
    Rejected(E),
    /// A `#[command(create)]` met an aggregate that exists. Choose another id, or send a command that does not create.
    #[error("{aggregate} `{id}` exists already")]
    AlreadyExists {
        /// The aggregate.
        aggregate: &'static str,
        /// The id.
        id: String,
    },
    /// A command met no aggregate. Create it first, or make the command `#[command(upsert)]`.
    #[error("there is no {aggregate} `{id}`")]
    NotFound {
        /// The aggregate.
        aggregate: &'static str,
        /// The id.
        id: String,
    },
    /// Other processes were faster too many times. Send it again, with the same
    /// command id; if it is common, let one process own the aggregate.
    #[error("the aggregate changed under the command {attempts} times")]
    Conflict {
        /// How many times it was decided and another process wrote to the aggregate first.
        attempts: u32,
    },
    /// The command id was used before, on this aggregate, for another command. Make a fresh id for each command.
    #[error("the command id {command_id} was used for another command")]
    CommandIdReused {
        /// The id.
        command_id: Uuid,
    },
    /// More commands are waiting than the limits allow. Slow down, and send it again.
    #[error("too many commands are waiting")]
    Overloaded,
    /// The aggregate's id, or a text beside the command, is not one that every store can keep. Correct it.
    #[error("the {what} cannot be stored")]
    InvalidText {
        /// Which text it is.
        what: &'static str,
        /// What is wrong with it.
        source: InvalidId,
    },
    /// An event is larger than the limit, or than what the events before it left of the command's limit, which is 16 times
    /// as large. Store large things elsewhere and keep a reference, or send several commands.
    #[error("an event has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// How many bytes its JSON has.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The command or one of its events has no JSON: a map whose keys are no strings, say. Change the struct.
    #[error("`{what}` does not encode as JSON")]
    Unencodable {
        /// The name of the command or of the event.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// An event has JSON that cannot be read back, such as a number that is not finite, whose JSON is `null`. It is not
    /// stored, or nobody could read the aggregate again. Refuse such values in the command, or mend the struct's serde.
    #[error("an event would not be read back")]
    Unreadable(#[source] DecodeError),
    /// The aggregate is not known to the app. Call `.aggregate::<..>()` on the builder.
    #[error(
        "the aggregate {aggregate} is not registered: call `.aggregate::<{aggregate}>()` before `start()`"
    )]
    Unregistered {
        /// The aggregate.
        aggregate: &'static str,
    },
    /// The aggregate's history cannot be read. See the cause; no command of this aggregate is taken until it can.
    #[error("the history of the aggregate cannot be read")]
    Load(#[source] LoadError),
    /// An inline projection does not take one of the command's events. Nothing is stored. Mend the projection, or send
    /// another command.
    #[error("the inline projection `{projection}` does not take it: {message}")]
    Inline {
        /// The name of the projection.
        projection: String,
        /// What was said of the event.
        message: String,
    },
    /// The store did not take the command, and will not take it later. See the cause, and send it again.
    #[error("the store did not take the command")]
    Store(#[source] StoreError),
    /// The command may have taken effect or not: the store, or the process's runtime, went away in between. Send it
    /// again with this command id: it takes effect once. Send the very same command: an id that Gesta made is not compared
    /// with what it was made for.
    #[error("whether the command {command_id} took effect is not known")]
    OutcomeUnknown {
        /// The id to send it again with.
        command_id: Uuid,
    },
    /// The aggregate's code panicked, on the stored state. Nothing is stored of the command. Mend the code.
    #[error("the code of the aggregate panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
    /// The app is shutting down. Send the command to another process.
    #[error("the app is shutting down")]
    ShuttingDown,
}

impl<E: Error + 'static> SendError<E> {
    /// Why the store did not take a command.
    pub(crate) fn of_store(error: StoreError) -> Self {
        match error {
            StoreError::Inline {
                projection,
                message,
                ..
            } => Self::Inline {
                projection,
                message,
            },
            error => Self::Store(error),
        }
    }

    /// Whether the command was decided, and the answer is no: [`Rejected`](Self::Rejected),
    /// [`AlreadyExists`](Self::AlreadyExists) or [`NotFound`](Self::NotFound).
    ///
    /// Any other error says that it could not be decided, or not be sent at all.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Rejected(_) | Self::AlreadyExists { .. } | Self::NotFound { .. }
        )
    }
}

/// Why the history of an aggregate cannot be read.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such aggregate. Create it first.
    #[error("there is no {aggregate} `{id}`")]
    NotFound {
        /// The aggregate.
        aggregate: &'static str,
        /// The id.
        id: String,
    },
    /// The aggregate never had so many events. Ask for a version that it had.
    #[error("version {wanted} was asked for, and the aggregate is at version {version}")]
    NotReached {
        /// The version that was asked for.
        wanted: u64,
        /// The version of the aggregate.
        version: u64,
    },
    /// The id is not one that a store can keep. Correct it.
    #[error("the id cannot be stored")]
    InvalidId(#[source] InvalidId),
    /// An event does not decode with today's code; nothing is folded around it. See the cause.
    #[error("the event at version {version} (position {position}) does not decode")]
    Undecodable {
        /// Its place in the stream.
        version: u64,
        /// Its place in the log.
        position: u64,
        /// Why.
        source: std::sync::Arc<DecodeError>,
    },
    /// The stream has a hole, or an event twice. Restore the store from a backup.
    #[error("the stream goes from version {from} to version {to}")]
    Gap {
        /// The last version before the hole.
        from: u64,
        /// The version that came next.
        to: u64,
    },
    /// The aggregate's code panicked while it applied an event. Mend the code.
    #[error("the code of the aggregate panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
    /// The store could not be read. Try again later.
    #[error("the store could not be read")]
    Store(#[source] StoreError),
}
