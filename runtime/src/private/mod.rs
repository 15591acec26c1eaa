//! What generated code may touch, and nothing else does. Not part of the public API.

mod check;
mod kind;
mod lift;
mod saga;
mod text;

pub use core::clone::Clone;
pub use core::convert::{From, Infallible, Into};
pub use core::default::Default;
pub use core::fmt::{Debug, Display, Formatter, Result as FmtResult};
pub use core::option::Option;
pub use core::prelude::v1::test;
pub use core::result::Result;
pub use core::str::FromStr;
pub use core::{concat, env, include_bytes, option_env};
pub use std::string::String;
pub use std::time::Duration;
pub use std::vec::Vec;

use std::error::Error;
use std::future::Future;

use crate::saga::IntoEffect;

pub use serde;

pub use check::{assert_claimed, assert_keyed, assert_name, assert_retired, assert_tables, former};
pub use kind::{DeclaredRoot, Handles, Written, written};
pub use lift::{FromText, HasDefault, NoFields, changed, default, from_text};
pub use saga::{DeclaredSaga, Stateless, assert_steps, check_saga, correlated};
pub use text::{Text, text};

pub use crate::aggregate::{
    Aggregate, AggregateId, AggregateRoot, Command, CommandContext, Existence, IntoEvents,
    Snapshots,
};
pub use crate::event::{Event, EventObject, EventOf, EventType, Events, Former, SplitInto, Upcast};
pub use crate::lock::{Locked, Shape, check_aggregate, check_event, check_value, sampled};
pub use crate::projection::{
    Document, DocumentHandler, Index, IndexEntries, Keys, Kind, Mode, OnError, Projection,
    ProjectionRoot, TableHandler, Tables,
};
pub use crate::saga::{
    After, EffectContext, EffectFuture, Graph, Saga, SagaContext, SagaRoot, Step, Trigger,
};
pub use crate::source::{On, Source, Subscriber, Subscriptions};
pub use crate::store::tables::{Sql, SqlFuture};

/// What a command gives: its events, or the refusal.
pub type Decision<A> = Result<Vec<<A as Aggregate>::Event>, <A as AggregateRoot>::Error>;

/// Whether events were added: they were, or this is the refusal.
pub type Added<A> = Result<(), <A as AggregateRoot>::Error>;

/// The events of what a command method returned.
///
/// # Errors
/// The refusal, if it is one.
pub fn decided<A: Aggregate>(returned: impl IntoEvents<A>) -> Decision<A> {
    let mut events = Vec::with_capacity(1);
    returned.add_to(&mut events)?;
    Ok(events)
}

/// What an old event gives: the events that it is today, or why it is none.
pub type Split<A> = Result<Vec<<A as Aggregate>::Event>, Box<dyn Error + Send + Sync>>;

/// The events of what an `#[upcast]` function returned.
///
/// # Errors
/// The refusal, if it is one.
pub fn split<A: Aggregate>(returned: impl IntoEvents<A>) -> Split<A> {
    decided(returned).map_err(Into::into)
}

/// Adds one event.
///
/// # Errors
/// None.
pub fn add<T, R>(event: impl Into<T>, events: &mut Vec<T>) -> Result<(), R> {
    events.push(event.into());
    Ok(())
}

/// The event in a variant. That it is one is said where [`EventOf`] is implemented, and nowhere again.
pub fn object<T, E: EventOf<T>>(event: &E) -> &dyn EventObject {
    event
}

/// A clone of the variant that holds the event.
pub fn cloned<T, E: EventOf<T>>(event: &E) -> T {
    event.clone().into()
}

/// Stands in a command whose method does not compile.
///
/// # Errors
/// None.
pub fn inert<C: Command>(_: &C, _: &C::Aggregate, _: &CommandContext) -> Decision<C::Aggregate> {
    Ok(Vec::new())
}

/// Does not compile unless the aggregate has an `#[aggregate] impl` block.
pub const fn assert_aggregate<A: Aggregate>() {}

/// What [`AggregateRoot::snapshots`] gives.
#[must_use]
pub fn snapshots<A: Snapshot>(every: u64, fingerprint: u64) -> Snapshots<A> {
    Snapshots::every(every, fingerprint)
}

/// State that can be kept as a snapshot.
#[diagnostic::on_unimplemented(
    message = "the state of `{Self}` cannot be stored as a snapshot",
    label = "neither stored as JSON nor read back",
    note = "write `#[derive(serde::Serialize, serde::Deserialize)]` above `struct {Self}`"
)]
pub trait Snapshot: serde::Serialize + serde::de::DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<A: serde::Serialize + serde::de::DeserializeOwned + 'static> Snapshot for A {}

/// What a method does outside of the store.
pub fn effect<'a, T: IntoEffect>(method: impl Future<Output = T> + Send + 'a) -> EffectFuture<'a> {
    Box::pin(async { method.await.into_effect() })
}

/// One of several keys, which may have types of their own.
pub fn key<T: Display>(key: &T) -> &dyn Display {
    key
}

/// What a `live` projection is folded from.
#[diagnostic::on_unimplemented(
    message = "a `live` projection is folded from the stream of an aggregate, and `{Self}` is none",
    label = "not an aggregate",
    note = "name the aggregate that it happens to, or leave out `live`"
)]
pub trait Stream {}

#[diagnostic::do_not_recommend]
impl<A: Aggregate> Stream for A {}

/// Does not compile unless there are streams of such events.
pub const fn assert_stream<S: Stream>() {}

/// The stored name of a command: `Account` and `open` make `Account.open`, whatever name `Account` is stored under.
#[must_use]
pub const fn command_name<A: AggregateRoot>(method: &str) -> Text {
    Text::EMPTY.with(A::NAME).with(".").with(method)
}
