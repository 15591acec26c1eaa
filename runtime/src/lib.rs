//! Event sourcing, declared on plain structs and reviewed by the compiler.
#![warn(unreachable_pub)]

pub mod aggregate;
mod app;
mod dispatch;
mod error;
pub mod event;
#[doc(hidden)]
pub mod private;
pub mod store;
pub mod testing;
mod time;

pub use aggregate::{
    Aggregate, AggregateId, AggregateRoot, Apply, Command, CommandContext, Existence, IntoEvents,
    IntoId, Snapshots,
};
pub use app::{App, AppBuilder, History, Loaded, SendCommand, Sending, StartError};
pub use dispatch::{Committed, Limits};
pub use error::{LoadError, SendError};
pub use event::{DecodeError, Encoded, Event, EventKey, Events, Meta, Recorded};
pub use store::{InvalidId, StoreError};
pub use time::{Clock, Ids, InvalidTimestamp, SystemClock, TimeOrderedIds, Timestamp};

pub use gesta_macros::{AggregateId, aggregate, apply, command, event};

/// What a file that declares or runs aggregates wants in scope: `use gesta::prelude::*;`.
///
/// Traits come without their names, and nothing here has a name that a common crate exports too.
pub mod prelude {
    pub use crate::aggregate::{
        Aggregate as _, AggregateRoot as _, Command as _, CommandContext, IntoEvents as _,
        IntoId as _,
    };
    pub use crate::event::{Event as _, Recorded};
    pub use crate::testing::GivenWhenThen as _;
    pub use crate::{App, SendError};
    pub use gesta_macros::{AggregateId, aggregate, apply, command, event};
}
