//! The app: aggregates, and the store that they live in.

mod builder;
mod digest;
mod history;
mod live;
mod projections;
mod send;
mod verify;
mod views;
mod wait;
#[cfg(feature = "postgres")]
mod within;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

pub use builder::{AppBuilder, StartError};
pub use history::History;
pub use projections::{Parked, ProjectionHandle, ProjectionState, ProjectionStatus};
pub use send::{SendCommand, Sending};
pub use verify::{Unreadable, UnreadableRow, Verification, VerifiedKind, VerifyError};
pub use views::{PageCursor, ViewError, ViewPage, Views};
pub use wait::WaitFor;

use verify::Readers;

use crate::aggregate::{Aggregate, AggregateId, Command, IntoId};
use crate::dispatch::{Core, Dispatcher, load};
use crate::error::LoadError;
use crate::projection::{Live, Projections};
use crate::store::{StoreError, StreamName};

/// Takes commands to aggregates and answers questions about them. Cheap to clone: all clones are one app.
///
/// It ends with [`shutdown`](Self::shutdown). One that is dropped without still writes what is under way, if the tokio
/// runtime that it was started in lives long enough.
///
/// ```
/// # use gesta::prelude::*;
/// # #[event]
/// # pub struct Deposited { pub cents: u64 }
/// # #[aggregate]
/// # #[derive(Default)]
/// # pub struct Account { balance: u64 }
/// # #[aggregate]
/// # impl Account {
/// #     #[command(upsert)]
/// #     pub fn deposit(&self, cents: u64) -> Deposited { Deposited { cents } }
/// #     #[apply]
/// #     fn deposited(&mut self, event: &Deposited) { self.balance += event.cents }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bank = App::builder().store("memory:").aggregate::<Account>().start().await?;
///
/// let request_id = uuid::Uuid::now_v7();
/// let deposit = || bank.send("alice", Deposit { cents: 500 }).command_id(request_id);
/// assert!(!deposit().await?.duplicate);
/// assert!(deposit().await?.duplicate); // a retry: nothing happens twice
///
/// let alice = bank.load::<Account>("alice").await?;
/// assert_eq!((alice.state.balance, alice.version), (500, 1));
/// bank.shutdown().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct App {
    core: Arc<Core>,
    /// For each type of aggregate its `Arc<Dispatcher<..>>`.
    dispatchers: Arc<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
    readers: Arc<Readers>,
    projections: Arc<Projections>,
    live: Arc<Live>,
}

/// An aggregate as the store holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<A> {
    /// The state: all its events, folded.
    pub state: A,
    /// How many events those are.
    pub version: u64,
}

impl App {
    /// An app to be: give it a store and aggregates, then start it.
    #[must_use]
    pub fn builder() -> AppBuilder {
        AppBuilder::new()
    }

    /// Sends a command to the aggregate of this id: await it, or set a command id and more on it before.
    ///
    /// The answer comes once the events are durable. The future does nothing before it is polled; after that, dropping
    /// it does not take the command back, it only takes leave of the answer.
    ///
    /// # Errors
    /// The future yields a [`SendError`](crate::SendError); each variant says what to do.
    pub fn send<C: Command>(
        &self,
        id: impl IntoId<<C::Aggregate as crate::AggregateRoot>::Id>,
        command: C,
    ) -> SendCommand<C> {
        SendCommand::new(self, id.into_id().into_text(), command)
    }

    /// Reads an aggregate from the store: everything that was answered before the call is in it.
    ///
    /// What other processes wrote is in it too. It does not look at the state that commands are decided on in memory, so
    /// its cost is that of reading the events since the last snapshot.
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`LoadError::NotFound`] if it does not exist, and the other variants if it cannot be read.
    pub async fn load<A: Aggregate>(&self, id: impl IntoId<A::Id>) -> Result<Loaded<A>, LoadError> {
        let id = id.into_id().into_text();
        let stream = StreamName::new(A::NAME, &id).map_err(LoadError::InvalidId)?;
        let store = Arc::clone(&self.core.store);
        // In a task of its own, so that whoever drops this future does not stop SQL half way.
        let reading = self
            .core
            .runtime
            .spawn(async move { load::<A>(&*store, &stream).await });
        match reading.await {
            Ok(Ok((_, 0))) => Err(LoadError::NotFound {
                aggregate: A::NAME,
                id,
            }),
            Ok(read) => read.map(|(state, version)| Loaded { state, version }),
            Err(gone) if gone.is_panic() => Err(LoadError::Panicked {
                message: "its state could not be made".to_owned(),
            }),
            Err(gone) => Err(LoadError::Store(StoreError::unavailable(gone))),
        }
    }

    /// The events of an aggregate, oldest first, read page by page as they are asked for.
    ///
    /// An aggregate that does not exist has none: its history ends at once, without an error.
    pub fn history<A: Aggregate>(&self, id: impl IntoId<A::Id>) -> History<A> {
        History::new(&self.core, &id.into_id().into_text())
    }

    /// Reads the whole log, and says which events are in it and whether today's code reads each.
    ///
    /// Run it with a new version of the program on a copy of the store before that version goes live: what it finds would
    /// stop an aggregate later. It reads page by page and
    /// changes nothing.
    ///
    /// Dropping the future ends it.
    ///
    /// # Errors
    /// [`VerifyError`] if the log cannot be read to its end. Events that do not decode are no error of this: they are in
    /// the [`Verification`].
    pub async fn verify(&self) -> Result<Verification, VerifyError> {
        verify::verify(&self.core, &self.readers).await
    }

    /// Takes no more commands, answers those that are under way, lets go of the projections, and closes the store, if it was opened from an address.
    ///
    /// Dropping the future does not stop the shutdown. It ends once every command is answered; what still reads then
    /// gets a typed error. There is no time limit: whoever wants one wraps it in a timeout.
    ///
    /// # Errors
    /// What the store says of closing. Everything that was answered is durable all the same.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        self.core.admission.close();
        let (core, projections) = (Arc::clone(&self.core), Arc::clone(&self.projections));
        let closing = self.core.runtime.spawn(async move {
            core.admission.idle().await;
            projections.end().await;
            match core.owns_store {
                true => core.store.close().await,
                false => Ok(()),
            }
        });
        closing
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))
    }

    fn dispatcher<A: Aggregate>(&self) -> Option<Arc<Dispatcher<A>>> {
        let dispatcher = self.dispatchers.get(&TypeId::of::<A>())?;
        dispatcher
            .downcast_ref::<Arc<Dispatcher<A>>>()
            .map(Arc::clone)
    }
}
