//! The app: aggregates, and the store that they live in.

mod at;
mod builder;
mod export;
mod history;
mod import;
mod lines;
mod live;
mod projections;
mod sagas;
mod send;
mod tables;
mod verify;
mod views;
mod wait;
#[cfg(feature = "postgres")]
mod within;

use std::sync::Arc;

pub use at::At;
pub use builder::{AppBuilder, StartError};
pub use export::{Export, ExportError};
pub use history::History;
pub use import::{Import, ImportError};
pub use projections::{Parked, PauseError, ProjectionHandle, ProjectionState, ProjectionStatus};
pub use sagas::{SagaCursor, SagaHandle, SagaMoment, SagaPage, SagaQuery, SagaSummary};
pub use send::{SendCommand, Sending};
pub use verify::{Unreadable, UnreadableRow, Verification, VerifiedKind, VerifyError};
pub use views::{PageCursor, ViewError, ViewPage, Views};
pub use wait::WaitFor;

use verify::Readers;

use crate::aggregate::{Aggregate, AggregateId, Command, IntoId};
use crate::dispatch::{Core, Dispatcher, Dispatchers, load};
use crate::error::LoadError;
use crate::projection::{Live, Projections};
use crate::saga::Sagas;
use crate::store::{IntoStore, Store, StoreError, StreamName};

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
    dispatchers: Arc<Dispatchers>,
    readers: Arc<Readers>,
    projections: Arc<Projections>,
    live: Arc<Live>,
    sagas: Arc<Sagas>,
}

/// An aggregate as the store holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<A> {
    /// The state: its events, folded.
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
        let read = |store: Arc<dyn Store>, stream| async move { load::<A>(&*store, &stream).await };
        self.loaded(id.into_id().into_text(), read).await
    }

    /// Reads an aggregate as it was at a version, or at a time.
    ///
    /// All its events up to there are folded, by today's code and without a snapshot, so that its cost is that of reading
    /// them; for a time, all events of the aggregate are looked at.
    ///
    /// Dropping the future is safe.
    ///
    /// ```
    /// # use gesta::{Aggregate, App, At, LoadError, Timestamp};
    /// # async fn example<Account: Aggregate<Id = String>>(bank: &App) -> Result<(), Box<dyn std::error::Error>> {
    /// let third = bank.state_at::<Account>("alice", At::Version(3)).await?;
    /// assert_eq!(third.version, 3);
    ///
    /// let new_year: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    /// let at_new_year = bank.state_at::<Account>("alice", At::Time(new_year)).await?;
    /// println!("alice had seen {} events", at_new_year.version);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`LoadError::NotFound`] if it had no event by then, [`LoadError::NotReached`] if it never had so many, and the
    /// other variants if it cannot be read.
    pub async fn state_at<A: Aggregate>(
        &self,
        id: impl IntoId<A::Id>,
        at: At,
    ) -> Result<Loaded<A>, LoadError> {
        let read = move |store: Arc<dyn Store>, stream| async move {
            at::load_at::<A>(at, &*store, &stream).await
        };
        self.loaded(id.into_id().into_text(), read).await
    }

    /// Has a state read; one at version 0 is that of no aggregate.
    async fn loaded<A: Aggregate, R>(
        &self,
        id: String,
        read: impl FnOnce(Arc<dyn Store>, StreamName) -> R,
    ) -> Result<Loaded<A>, LoadError>
    where
        R: Future<Output = Result<(A, u64), LoadError>> + Send + 'static,
    {
        let stream = StreamName::new(A::NAME, &id).map_err(LoadError::InvalidId)?;
        let store = Arc::clone(&self.core.store);
        // In a task of its own, so that whoever drops this future does not stop SQL half way.
        let reading = self.core.runtime.spawn(read(store, stream));
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

    /// The whole log as lines of JSON, read page by page as they are asked for: to keep, or to [`import`](Self::import) into
    /// another store.
    ///
    /// After a first line that says what it is, there is one for each commit, and a last one by which a file that was cut
    /// is noticed. They hold every event to the byte, its position and version, what stands beside it, and its command
    /// id, so that a retry is known for one after an import. They do not hold snapshots, which are made anew, and commands
    /// that gave no event: a retry of such a one is decided again.
    ///
    /// Events that are appended while it is read are in it, if they come before its end is reached.
    ///
    /// ```
    /// # use gesta::App;
    /// use std::io::Write;
    ///
    /// # async fn example(bank: &App) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut file = std::fs::File::create("bank.jsonl")?;
    /// let mut export = bank.export();
    /// while let Some(line) = export.next().await {
    ///     writeln!(file, "{}", line?)?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn export(&self) -> Export {
        Export::new(&self.core)
    }

    /// Begins to write an exported log into an empty store: the same events, positions, versions and command ids.
    ///
    /// Import before an app is started on the store, and let nobody else write to it meanwhile.
    ///
    /// ```
    /// # use gesta::App;
    /// use std::io::{BufRead, BufReader};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut import = App::import("sqlite:restored.db").await?;
    /// for line in BufReader::new(std::fs::File::open("bank.jsonl")?).lines() {
    ///     import.line(&line?).await?;
    /// }
    /// let events = import.finish().await?;
    /// println!("{events} events are restored");
    /// # Ok(()) }
    /// ```
    ///
    /// Dropping the future is safe.
    ///
    /// # Errors
    /// [`ImportError::NotEmpty`] if the store holds events, [`ImportError::Store`] if it does not open.
    pub async fn import(store: impl IntoStore) -> Result<Import, ImportError> {
        Import::begin(store).await
    }

    /// Takes no more commands, answers those that are under way, lets go of the projections, and closes the store, if it
    /// was opened from an address.
    ///
    /// Dropping the future does not stop the shutdown. It ends once every command is answered; what still reads then
    /// gets a typed error. There is no time limit: whoever wants one wraps it in a timeout.
    ///
    /// # Errors
    /// What the store says of closing. Everything that was answered is durable all the same.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        self.core.admission.close();
        let (core, projections) = (Arc::clone(&self.core), Arc::clone(&self.projections));
        let sagas = Arc::clone(&self.sagas);
        let closing = self.core.runtime.spawn(async move {
            core.admission.idle().await;
            sagas.end().await;
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
        self.dispatchers.of::<A>()
    }
}
