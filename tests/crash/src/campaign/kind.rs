//! The kinds of campaign: what is done to the processes while they write.

use std::fmt;
use std::str::FromStr;

use crate::Failure;
use crate::database::Engine;

/// What a campaign does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A process is killed at a random moment, alone or beside another one.
    Kills,
    /// Two or three processes write the same accounts; in every other round one of them is killed.
    Rivals,
    /// Two processes write the same accounts; one of them is stopped again and again, and woken again.
    Stops,
    /// The server is killed, with all of its processes, and started again; the applications go on.
    Servers,
    /// The server ends the connections of applications that write.
    Backends,
    /// A proxy cuts the connections of applications at a commit, or at its answer.
    Cuts,
    /// The power fails: of what a process wrote, nothing is left but what it had synced.
    Power,
    /// Clients ask for nothing but transfers between many wallets, and the process is killed again and again until enough of
    /// them have ended.
    Volume,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Kills,
        Self::Rivals,
        Self::Stops,
        Self::Servers,
        Self::Backends,
        Self::Cuts,
        Self::Power,
        Self::Volume,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kills => "kills",
            Self::Rivals => "rivals",
            Self::Stops => "stops",
            Self::Servers => "servers",
            Self::Backends => "backends",
            Self::Cuts => "cuts",
            Self::Power => "power",
            Self::Volume => "volume",
        }
    }

    /// Whether there is something to be done on such a store.
    #[must_use]
    pub fn is_for(self, engine: Engine) -> bool {
        match self {
            Self::Kills | Self::Rivals | Self::Stops | Self::Volume => true,
            Self::Servers | Self::Backends | Self::Cuts => engine == Engine::Postgres,
            // A server has processes of its own, which nobody traces.
            Self::Power => engine == Engine::Sqlite,
        }
    }

    /// How often it is done in the tests, and how often in a long run.
    #[must_use]
    pub fn trials(self, engine: Engine, long: bool) -> u64 {
        let (short, much) = match self {
            Self::Kills if engine == Engine::Sqlite => (91, 300),
            Self::Kills => (49, 300),
            Self::Rivals => (5, 60),
            Self::Stops => (3, 10),
            Self::Servers => (4, 12),
            Self::Backends => (4, 30),
            Self::Cuts => (1, 8),
            Self::Power => (4, 20),
            Self::Volume => (2_000, 100_000),
        };
        if long { much } else { short }
    }

    /// How many trials share a database: after each, all of it is looked at.
    pub(super) fn trials_per_database(self) -> u64 {
        match self {
            Self::Kills => 28,
            Self::Rivals | Self::Stops | Self::Servers | Self::Backends | Self::Cuts => 2,
            // A trace begins with an empty file.
            Self::Power | Self::Volume => 1,
        }
    }

    /// Whether processes meet errors that are no fault of theirs.
    pub(super) fn brings_errors(self) -> bool {
        !matches!(self, Self::Kills | Self::Power | Self::Volume)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{name}` is no kind of campaign; known are {names}").into()
        })
    }
}
