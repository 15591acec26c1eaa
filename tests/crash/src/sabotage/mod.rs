//! Bugs to plant into the child, beneath the library and above the true store.
//!
//! A further one is a variant of [`Sabotage`] with its name and the check that must find it, and an arm in `plant`.

mod answers;
mod buffered;
mod writes;

use std::str::FromStr;
use std::sync::Arc;

use gesta::store::{
    CommandKey, Commit, Lookup, MemoryStore, Outcome, Page, PageLimit, Snapshot, Store,
    StoreFuture, StreamName,
};

use crate::Failure;
use crate::campaign::Kind;
use crate::check::Check;

/// A bug that a check must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sabotage {
    /// Answers from memory, writes a moment later.
    Buffered,
    /// Answers some batches and never writes them.
    Drops,
    /// Writes the events of one command in two transactions.
    Splits,
    /// Writes an event twice.
    Doubles,
    /// Takes a retry for a new command.
    Forgets,
    /// Says of some batches that they are not written, when they are.
    Denies,
    /// Keeps a snapshot that is not the state.
    BendsSnapshots,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Buffered,
        Self::Drops,
        Self::Splits,
        Self::Doubles,
        Self::Forgets,
        Self::Denies,
        Self::BendsSnapshots,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Buffered => "buffered",
            Self::Drops => "drops",
            Self::Splits => "splits",
            Self::Doubles => "doubles",
            Self::Forgets => "forgets",
            Self::Denies => "denies",
            Self::BendsSnapshots => "bends-snapshots",
        }
    }

    /// What must be found, perhaps among others.
    #[must_use]
    pub fn shows_as(self) -> Check {
        match self {
            Self::Buffered | Self::Drops => Check::Lost,
            Self::Splits | Self::Doubles => Check::Whole,
            Self::Forgets => Check::Doubled,
            Self::Denies => Check::Refused,
            Self::BendsSnapshots => Check::State,
        }
    }

    /// The kind of campaign that finds it.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::Kills
    }

    /// Whether it can only be planted into a database without a past.
    pub(crate) fn wants_fresh_files(self) -> bool {
        self == Self::Buffered
    }
}

impl FromStr for Sabotage {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{name}` is no sabotage; known are {names}").into()
        })
    }
}

/// Puts the bug between the library and the store.
pub(crate) fn plant(sabotage: Sabotage, store: Arc<dyn Store>) -> Arc<dyn Store> {
    let bug: Box<dyn Bug> = match sabotage {
        Sabotage::Buffered => {
            let front: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let bug = Box::new(buffered::Buffered::before(store));
            return Arc::new(Planted { store: front, bug });
        }
        Sabotage::Drops => Box::<answers::Drops>::default(),
        Sabotage::Forgets => Box::new(answers::Forgets),
        Sabotage::Denies => Box::<answers::Denies>::default(),
        Sabotage::Splits => Box::new(writes::Splits),
        Sabotage::Doubles => Box::<writes::Doubles>::default(),
        Sabotage::BendsSnapshots => Box::new(writes::BendsSnapshots),
    };
    Arc::new(Planted { store, bug })
}

/// What is wrong with a store.
trait Bug: Send + Sync + 'static {
    fn append<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
    ) -> StoreFuture<'a, Vec<Outcome>>;

    fn lookup<'a>(
        &'a self,
        store: &'a dyn Store,
        keys: &'a [CommandKey],
    ) -> StoreFuture<'a, Vec<Lookup>> {
        store.lookup(keys)
    }
}

/// A store with a bug.
struct Planted {
    store: Arc<dyn Store>,
    bug: Box<dyn Bug>,
}

impl Store for Planted {
    fn append<'a>(&'a self, batch: &'a [Commit]) -> StoreFuture<'a, Vec<Outcome>> {
        self.bug.append(&*self.store, batch)
    }

    fn lookup<'a>(&'a self, keys: &'a [CommandKey]) -> StoreFuture<'a, Vec<Lookup>> {
        self.bug.lookup(&*self.store, keys)
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        self.store.read_stream(stream, after, limit)
    }

    fn read_log(&self, after: u64, limit: PageLimit) -> StoreFuture<'_, Page> {
        self.store.read_log(after, limit)
    }

    fn read_snapshot<'a>(&'a self, stream: &'a StreamName) -> StoreFuture<'a, Option<Snapshot>> {
        self.store.read_snapshot(stream)
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.store.close()
    }
}
