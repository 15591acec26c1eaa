//! Sagas: work that takes several commands to several aggregates, until all are done or all are undone.
//!
//! A saga is a stream of its own. What it sends, and what came of it, are events in it, and all else follows from them.

mod all;
mod call;
mod clock;
mod context;
mod diagram;
mod engine;
mod error;
mod event;
mod graph;
mod instance;
mod key;
mod progress;
#[cfg(test)]
mod properties;
mod row;
mod runner;
mod send;
mod status;
mod timers;
mod trigger;
mod turn;
mod watch;

pub(crate) use all::{Parts, Registration, Sagas};
pub(crate) use context::Resources;
pub(crate) use engine::{Because, Engine, Halt};
pub(crate) use event::{Asks, Part, SagaEvent, Target, described};
pub(crate) use instance::{Definition, Input, Instance};
pub(crate) use progress::{Pending, Progress};
pub(crate) use row::{Row, of_status, place};
pub(crate) use turn::{Answer, Order, Turn};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use call::{AnyCall, End, IntoCall, IntoCalls, Reaction, Sends};
pub use context::{EffectContext, Failure, InvalidSagaId, NoResult, NoSuchResource, SagaContext};
pub use error::SagaError;
pub use graph::{After, Effect, EffectFuture, Graph, IntoEffect, Step};
pub use status::{SagaStatus, UnknownSagaStatus};
pub use trigger::{IntoStart, IntoTaken, Trigger};

use crate::source::{Subscriber, Subscriptions};

/// What a saga is: its name, the version of its code. The struct's half of a [`Saga`].
///
/// `#[saga]` on the struct implements it.
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not declared a saga",
    label = "not a saga",
    note = "write `#[saga]` above `struct {Self}` too, not only above its `impl`"
)]
pub trait SagaRoot: Subscriber + Serialize + DeserializeOwned + Send + Sync {
    /// The name its streams are stored under: letters, digits, `_`, `-` and `.`, at most 100 of them. No aggregate has it.
    const NAME: &'static str;
    /// Which version of its code this is, counted from 1.
    const VERSION: u32 = 1;
}

/// What a saga does: the impl's half, beside [`SagaRoot`].
///
/// `#[saga]` on the impl block implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `#[saga] impl` block",
    label = "no behaviour: not one step, not one event",
    note = "write `#[saga]` above `impl {Self}`, and `#[start]` and `#[step]` on its methods"
)]
pub trait Saga: SagaRoot + Subscriber<Handler = Trigger<Self>> {
    /// Its steps, in the order in which they are written.
    fn graph() -> Graph<Self>;

    /// Subscribes to the events that start it, and to those that it takes later.
    fn subscribe(to: &mut Subscriptions<Self>);

    /// Its steps, the ways back and the deadlines, as a Mermaid flowchart.
    #[must_use]
    fn diagram() -> String {
        Self::graph().diagram()
    }
}
