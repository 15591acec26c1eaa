//! What can be done to connections, and how often it was.

use std::time::Duration;

/// What a proxy is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Cuts the connection that gets there first, once. Several wait for their turn in the order in which they came.
    Cut(Cut),
    /// Swallows everything in both directions, ends of connections included, until it is lifted. Then the
    /// connections that lost something are cut, since they cannot make sense of each other any more.
    Blackhole,
    /// Holds everything back until it is lifted, and then delivers it: also what was sent by a client that has
    /// given up meanwhile.
    Hold,
    /// Cuts all connections and refuses new ones, until it is lifted.
    Outage,
    /// Lets each message wait on its way, until it is lifted.
    Delay {
        /// What the client says.
        to_server: Duration,
        /// What the server says.
        to_client: Duration,
    },
}

/// A cut, and which commits it may hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    pub(super) point: Point,
    pub(super) needle: Option<String>,
}

impl Cut {
    /// A cut at the next `COMMIT` that a client sends.
    #[must_use]
    pub fn at(point: Point) -> Self {
        let needle = None;
        Self { point, needle }
    }

    /// A cut at the next commit of a statement whose text has this in it, be the commit that of its transaction, or
    /// its own because it stands in none.
    #[must_use]
    pub fn of(self, needle: &str) -> Self {
        let needle = Some(needle.to_owned());
        Self { needle, ..self }
    }
}

impl From<Cut> for Fault {
    fn from(cut: Cut) -> Self {
        Self::Cut(cut)
    }
}

/// Where a connection is cut. The commit is the message at whose arrival the server commits: the text of a simple
/// query, or the `Sync` behind the execution of a prepared statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// The commit does not reach the server, which rolls back.
    BeforeCommit,
    /// So many bytes of what carries the statement reach the server, and never all: of the `Bind` of one that was
    /// prepared. The server rolls back.
    HalfCommit(usize),
    /// The commit reaches the server, and the client does not wait for it: it may commit later than the client knows
    /// of the cut.
    AfterCommit,
    /// The server has committed and says so, and the client does not hear of it.
    BeforeAnswer,
    /// The same, and the client hears so many bytes of it, and never all.
    HalfAnswer(usize),
}

/// How often a proxy did what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections that came.
    pub connections: u64,
    /// Cuts at [`Point::BeforeCommit`].
    pub before_commit: u64,
    /// Cuts at [`Point::HalfCommit`].
    pub half_commit: u64,
    /// Cuts at [`Point::AfterCommit`].
    pub after_commit: u64,
    /// Cuts at [`Point::BeforeAnswer`].
    pub before_answer: u64,
    /// Cuts at [`Point::HalfAnswer`].
    pub half_answer: u64,
    /// How often a direction of a connection went into a [`Fault::Blackhole`].
    pub swallowed: u64,
    /// Messages that a [`Fault::Hold`] held back.
    pub held: u64,
    /// Messages that a [`Fault::Delay`] let wait.
    pub delayed: u64,
    /// Connections that a [`Fault::Outage`] cut.
    pub outage: u64,
}

impl Counts {
    /// All cuts at a [`Point`].
    #[must_use]
    pub fn cuts(&self) -> u64 {
        let commits = self.before_commit + self.half_commit + self.after_commit;
        commits + self.before_answer + self.half_answer
    }

    pub(super) fn count(&mut self, point: Point) {
        let count = match point {
            Point::BeforeCommit => &mut self.before_commit,
            Point::HalfCommit(_) => &mut self.half_commit,
            Point::AfterCommit => &mut self.after_commit,
            Point::BeforeAnswer => &mut self.before_answer,
            Point::HalfAnswer(_) => &mut self.half_answer,
        };
        *count += 1;
    }
}
