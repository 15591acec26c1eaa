//! Event sourcing, declared on plain structs and reviewed by the compiler.
//!
//! You write what happened, what may be asked, and what follows; the attributes write the rest.
//!
//! ```
//! use gesta::prelude::*;
//!
//! #[event]
//! pub struct AccountOpened { pub owner: String }
//!
//! #[event]
//! pub struct Deposited { pub cents: u64 }
//!
//! #[event]
//! pub struct Withdrawn { pub cents: u64 }
//!
//! #[derive(Debug, thiserror::Error, PartialEq)]
//! pub enum Refused {
//!     #[error("{requested} cents requested, {available} available")]
//!     InsufficientFunds { requested: u64, available: u64 },
//! }
//!
//! #[aggregate(error = Refused)]
//! #[derive(Debug, Default)]
//! pub struct Account { balance: u64 }
//!
//! #[aggregate]
//! impl Account {
//!     #[command(create)]
//!     pub fn open(&self, owner: String) -> AccountOpened { AccountOpened { owner } }
//!
//!     #[command]
//!     pub fn deposit(&self, cents: u64) -> Deposited { Deposited { cents } }
//!
//!     #[command]
//!     pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
//!         if cents > self.balance {
//!             return Err(Refused::InsufficientFunds { requested: cents, available: self.balance });
//!         }
//!         Ok(Withdrawn { cents })
//!     }
//!
//!     #[apply]
//!     fn opened(&mut self, _: &AccountOpened) {}
//!     #[apply]
//!     fn deposited(&mut self, event: &Deposited) { self.balance += event.cents }
//!     #[apply]
//!     fn withdrawn(&mut self, event: &Withdrawn) { self.balance -= event.cents }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // `sqlite:bank.db` in place of `memory:` keeps the events in a file.
//! let bank = App::builder().store("memory:").aggregate::<Account>().start().await?;
//!
//! bank.send("alice", Open { owner: "Alice".into() }).await?;
//! let done = bank.send("alice", Deposit { cents: 500 }).await?;
//! assert_eq!((done.version, done.position), (2, 2));
//!
//! let error = bank.send("alice", Withdraw { cents: 9_000 }).await.unwrap_err();
//! assert_eq!(error.to_string(), "9000 cents requested, 500 available");
//!
//! assert_eq!(bank.load::<Account>("alice").await?.state.balance, 500);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! - Declaring: [`#[event]`](macro@event), [`#[aggregate]`](macro@aggregate), [`#[command]`](macro@command),
//!   [`#[apply]`](macro@apply), [`#[derive(AggregateId)]`](derive@AggregateId), [`#[projection]`](macro@projection),
//!   [`#[on]`](macro@on), [`#[setup]`](macro@setup), [`#[teardown]`](macro@teardown). Each generates implementations of public traits ([`Event`], [`AggregateRoot`], [`Aggregate`],
//!   [`Command`], [`Projection`], [`Document`], [`Tables`]), which can be written by hand as well.
//! - Running: [`App`]. [`send`](App::send) gives a [`SendCommand`], on which a command id and more is set before it is
//!   awaited; the answer is [`Committed`] or a [`SendError`]. [`load`](App::load), [`state_at`](App::state_at)
//!   and [`history`](App::history) read.
//! - Reading: [`#[projection]`](macro@projection) declares a read model; [`view`](App::view) gives a document,
//!   [`views`](App::views) pages of them; [`projections`](App::projections) says how far each is, and
//!   [`projection`](App::projection) rebuilds or mends one.
//! - Storing: [`store`], with [`MemoryStore`](store::MemoryStore), [`SqliteStore`](store::SqliteStore) and the trait
//!   [`Store`](store::Store) for one of your own. [`App::export`] and [`App::import`] take a log from one to another.
//! - Testing: [`testing`], with given/when/then, a clock and ids that the test holds, and the contract of a store.
//!
//! Every future of this crate may be dropped at any await: a command that is under way goes on, and no transaction stays
//! open. Whatever takes or tells a size counts bytes; times are microseconds ([`Timestamp`]).
//!
//! # Features
//!
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `sqlite` | yes | the embedded store, with an SQLite of its own: [`store::SqliteStore`] and `sqlite:` addresses |
//! | `expansion` | no | [`testing`]`::expansion`: the code that the attributes write for a file, to be kept as a snapshot |
#![warn(unreachable_pub)]

pub mod aggregate;
mod app;
mod dispatch;
mod error;
pub mod event;
mod feed;
mod fnv;
mod lock;
#[doc(hidden)]
pub mod private;
mod projection;
mod saga;
mod shape;
mod source;
pub mod store;
pub mod testing;
mod time;

pub use aggregate::{
    Aggregate, AggregateId, AggregateRoot, Call, Command, CommandContext, Existence, IntoEvents,
    IntoId, Snapshots,
};
pub use app::{
    App, AppBuilder, At, Export, ExportError, History, Import, ImportError, Loaded, PageCursor,
    Parked, PauseError, ProjectionHandle, ProjectionState, ProjectionStatus, SagaCursor,
    SagaHandle, SagaMoment, SagaPage, SagaQuery, SagaSummary, SendCommand, Sending, StartError,
    Unreadable, UnreadableRow, Verification, VerifiedKind, VerifyError, ViewError, ViewPage, Views,
    WaitFor,
};
pub use dispatch::{Committed, Limits};
pub use error::{LoadError, SendError};
pub use event::{
    DecodeError, Encoded, Event, EventKey, EventOf, EventType, Events, Former, Lifted, Meta,
    Recorded, SplitInto, Upcast,
};
pub use projection::{
    AsIndexed, Document, DocumentHandler, HandlerError, Index, IndexEntries, IndexValue, IntoThen,
    Keys, Kind, Mode, OnError, Projection, ProjectionRoot, TableHandler, Tables, Then,
};
pub use saga::{
    After, AnyCall, Effect, EffectContext, EffectFuture, End, Failure, Graph, IntoCall, IntoCalls,
    IntoEffect, IntoStart, IntoTaken, InvalidSagaId, NoResult, NoSuchResource, Reaction, Saga,
    SagaContext, SagaError, SagaRoot, SagaStatus, Sends, Step, Trigger, UnknownSagaStatus,
};
pub use source::{AggregateEvents, On, Source, Subscriber, Subscriptions};
pub use store::tables::{InvalidTable, Sql, SqlError, SqlFuture, WrongDatabase};
pub use store::{InvalidId, StoreError};
pub use time::{Clock, Ids, InvalidTimestamp, SystemClock, TimeOrderedIds, Timestamp};

/// What command ids are; the `Uuid` of the crate `uuid`, version 1.
pub use uuid::Uuid;

pub use gesta_macros::{
    AggregateId, aggregate, apply, command, completed, event, failed, on, projection, removed,
    saga, setup, start, step, teardown, undo, upcast, value,
};

/// What a file that declares or runs aggregates wants in scope: `use gesta::prelude::*;`.
///
/// Traits come without their names, and nothing here has a name that a common crate exports too.
pub mod prelude {
    pub use crate::aggregate::{
        Aggregate as _, AggregateRoot as _, Call, Command as _, CommandContext, IntoEvents as _,
        IntoId as _,
    };
    pub use crate::event::{Event as _, Recorded};
    pub use crate::projection::Then;
    pub use crate::saga::{EffectContext, End, Failure, Saga as _, SagaContext};
    pub use crate::store::tables::{Sql, SqlError};
    pub use crate::testing::{GivenSends as _, GivenThen as _, GivenWhenThen as _};
    pub use crate::{App, SendError};
    /// What command ids are; the `Uuid` of the crate `uuid`, version 1.
    pub use uuid::Uuid;

    pub use gesta_macros::{
        AggregateId, aggregate, apply, command, completed, event, failed, on, projection, removed,
        saga, setup, start, step, teardown, undo, upcast, value,
    };
}

/// The README, so that its code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
