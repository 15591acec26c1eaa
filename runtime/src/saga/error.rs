//! Why a saga does not do what it is asked.

use thiserror::Error;

use crate::store::StoreError;

/// Why a saga is not told, or does not do what it is asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SagaError {
    /// There is no saga of this id. Its event may not have come yet.
    #[error("there is no saga `{id}`")]
    NotFound {
        /// The id.
        id: String,
    },
    /// There is no saga of this id, and none is started for now: an event stands in the way of all. Deploy a program that
    /// takes it.
    #[error(
        "there is no saga `{id}`: its type stands still at the event at position {position}: {error}"
    )]
    StandStill {
        /// The id.
        id: String,
        /// Where in the log the event is.
        position: u64,
        /// What is wrong with it.
        error: String,
    },
    /// The saga is at its end: there is nothing to be done about it.
    #[error("the saga `{id}` has ended")]
    Ended {
        /// The id.
        id: String,
    },
    /// The saga goes on by itself: there is nothing to retry.
    #[error("the saga `{id}` is not stuck")]
    NotStuck {
        /// The id.
        id: String,
    },
    /// The saga is neither stuck at this step nor waits at it. Name one of those at which it stands.
    #[error("the saga `{id}` does not stand at `{step}`{}", standing(at))]
    NotThere {
        /// The id.
        id: String,
        /// The step that was named.
        step: String,
        /// Where the saga stands, as [`SagaSummary::at`](crate::SagaSummary::at) has it.
        at: Vec<String>,
    },
    /// What the step sent is under way, and may still take effect. Wait for its answer, or for its deadline.
    #[error("the answer to `{step}` is still to come")]
    InFlight {
        /// The step.
        step: String,
    },
    /// A step that is done is a pivot: nothing is undone after it. Let the saga go on instead.
    #[error("the saga `{id}` is past its pivot `{step}`")]
    PastPivot {
        /// The id.
        id: String,
        /// The pivot.
        step: String,
    },
    /// A newer program has started the saga. Deploy that.
    #[error("the saga `{id}` is of version {version}, the program knows version {known}")]
    Newer {
        /// The id.
        id: String,
        /// The version of the program that started it.
        version: u32,
        /// The version of this program.
        known: u32,
    },
    /// The state of the saga has not the shape of today's struct. Give new fields a `#[serde(default)]`.
    #[error("the state of the saga `{id}` does not decode: {error}")]
    Unreadable {
        /// The id.
        id: String,
        /// What serde_json found.
        error: String,
    },
    /// The id cannot be that of a saga. Correct it.
    #[error("this cannot be the id of a saga")]
    InvalidId(#[from] crate::store::InvalidId),
    /// Who asks has a name that cannot be stored. Correct it.
    #[error("this cannot be the name of who asks")]
    InvalidActor(#[source] crate::store::InvalidId),
    /// The saga is not registered with the app. Call `.saga::<..>()` on the builder.
    #[error("the saga {saga} is not registered: call `.saga::<{saga}>()` before `start()`")]
    Unregistered {
        /// The saga.
        saga: &'static str,
    },
    /// The events of the saga could not be read or written. See the cause, and try again later.
    #[error("the saga could not be reached: {0}")]
    Unreachable(String),
    /// The store could not be read. Try again later.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
}

fn standing(at: &[String]) -> String {
    match at {
        [] => String::new(),
        at => format!(", but at `{}`", at.join("` and `")),
    }
}
