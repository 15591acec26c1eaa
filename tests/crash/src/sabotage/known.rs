//! The bugs by name, and the check that must find each.

use std::str::FromStr;

use crate::Failure;
use crate::campaign::Kind;
use crate::check::Check;
use crate::database::Engine;
use crate::read_models::ReadModels;

/// A bug that a check must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sabotage {
    /// Answers from memory, writes a moment later: before the commit.
    Buffered,
    /// Answers some batches and never writes them.
    Drops,
    /// Writes the events of one command in two transactions.
    Splits,
    /// Writes an event twice.
    Doubles,
    /// Writes the first event of a command, and no other.
    DropsSecond,
    /// Takes a retry for a new command: sends it without its id.
    Forgets,
    /// Never finds a command id when it looks whether a command is a retry.
    BlindLookup,
    /// Says of some batches that they are not written, when they are.
    Denies,
    /// Gives each caller of a batch the answer of another.
    Swaps,
    /// Takes a commit that the store refused for written.
    AcceptsRefused,
    /// Keeps a snapshot that is not the state.
    BendsSnapshots,
    /// Keeps a state as that of the version after it.
    SnapshotsAhead,
    /// Writes what was decided on a version that another process has left behind.
    StaleCache,
    /// Reads a version that another process has left behind.
    StaleReads,
    /// Takes positions from a sequence, so that they are not in the order of commits.
    Sequence,
    /// Answers before the server has the commit on disk.
    AsyncCommit,
    /// Answers without an fsync.
    NoSync,
    /// Writes the position of a read model in a transaction before that of its rows.
    PositionFirst,
    /// Leaves out the first event behind a full page of the log.
    SkipsAtPage,
    /// Folds what an append brings in a transaction of its own.
    FoldsApart,
    /// Lets a process write that has lost its lease.
    Unfenced,
    /// Folds on in documents that another process has written since.
    StaleDocuments,
    /// Answers some commits of sagas and never writes them.
    DropsSagas,
    /// Takes a command that a saga sends again for a new one.
    ForgetsSent,
    /// Says that a command id is closed, and does not close it.
    ForgetsClosed,
    /// Writes what was decided on a saga that another process has brought further.
    StaleSagas,
    /// Tells a time that is still to come.
    FastClock,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::Buffered,
        Self::Drops,
        Self::Splits,
        Self::Doubles,
        Self::DropsSecond,
        Self::Forgets,
        Self::BlindLookup,
        Self::Denies,
        Self::Swaps,
        Self::AcceptsRefused,
        Self::BendsSnapshots,
        Self::SnapshotsAhead,
        Self::StaleCache,
        Self::StaleReads,
        Self::Sequence,
        Self::AsyncCommit,
        Self::NoSync,
        Self::PositionFirst,
        Self::SkipsAtPage,
        Self::FoldsApart,
        Self::Unfenced,
        Self::StaleDocuments,
        Self::DropsSagas,
        Self::ForgetsSent,
        Self::ForgetsClosed,
        Self::StaleSagas,
        Self::FastClock,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Buffered => "buffered",
            Self::Drops => "drops",
            Self::Splits => "splits",
            Self::Doubles => "doubles",
            Self::DropsSecond => "drops-second",
            Self::Forgets => "forgets",
            Self::BlindLookup => "blind-lookup",
            Self::Denies => "denies",
            Self::Swaps => "swaps",
            Self::AcceptsRefused => "accepts-refused",
            Self::BendsSnapshots => "bends-snapshots",
            Self::SnapshotsAhead => "snapshots-ahead",
            Self::StaleCache => "stale-cache",
            Self::StaleReads => "stale-reads",
            Self::Sequence => "sequence",
            Self::AsyncCommit => "async-commit",
            Self::NoSync => "no-sync",
            Self::PositionFirst => "position-first",
            Self::SkipsAtPage => "skips-at-page",
            Self::FoldsApart => "folds-apart",
            Self::Unfenced => "unfenced",
            Self::StaleDocuments => "stale-documents",
            Self::DropsSagas => "drops-sagas",
            Self::ForgetsSent => "forgets-sent",
            Self::ForgetsClosed => "forgets-closed",
            Self::StaleSagas => "stale-sagas",
            Self::FastClock => "fast-clock",
        }
    }

    /// What must be found, perhaps among others.
    #[must_use]
    pub fn shows_as(self) -> Check {
        match self {
            Self::Buffered
            | Self::Drops
            | Self::Swaps
            | Self::AcceptsRefused
            | Self::AsyncCommit
            | Self::NoSync => Check::Lost,
            Self::Sequence => Check::Skipped,
            Self::Splits | Self::Doubles | Self::DropsSecond => Check::Whole,
            Self::Forgets => Check::Doubled,
            Self::BlindLookup => Check::Retry,
            Self::Denies => Check::Refused,
            Self::BendsSnapshots | Self::SnapshotsAhead => Check::State,
            Self::StaleCache | Self::StaleReads => Check::Order,
            Self::PositionFirst | Self::SkipsAtPage | Self::Unfenced | Self::StaleDocuments => {
                Check::Folded
            }
            Self::FoldsApart => Check::Position,
            Self::DropsSagas | Self::ForgetsSent | Self::ForgetsClosed | Self::StaleSagas => {
                Check::Attempt
            }
            Self::FastClock => Check::Early,
        }
    }

    /// The kind of campaign that finds it: some need another process on the same accounts, or a
    /// longer life.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::AcceptsRefused
            | Self::BlindLookup
            | Self::StaleCache
            | Self::StaleReads
            | Self::Sequence => Kind::Rivals,
            Self::AsyncCommit => Kind::Servers,
            Self::NoSync => Kind::Power,
            Self::Unfenced | Self::StaleDocuments | Self::StaleSagas => Kind::Stops,
            _ => Kind::Kills,
        }
    }

    /// The store that it is planted into.
    #[must_use]
    pub fn engine(self) -> Engine {
        match self {
            Self::Sequence | Self::AsyncCommit | Self::Unfenced | Self::FastClock => {
                Engine::Postgres
            }
            _ => Engine::Sqlite,
        }
    }

    /// The read models that are folded: those that the bug is in, if it is in one.
    pub(crate) fn read_models(self) -> ReadModels {
        match self {
            Self::FoldsApart => ReadModels::All,
            Self::PositionFirst | Self::SkipsAtPage | Self::Unfenced | Self::StaleDocuments => {
                ReadModels::Later
            }
            _ => ReadModels::None,
        }
    }

    /// Whether sagas carry out transfers: where the bug is in what they need.
    pub(crate) fn transfers(self) -> bool {
        matches!(
            self,
            Self::DropsSagas
                | Self::ForgetsSent
                | Self::ForgetsClosed
                | Self::StaleSagas
                | Self::FastClock
        )
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
