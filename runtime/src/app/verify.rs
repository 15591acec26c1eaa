//! Whether today's code reads all that is stored.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::dispatch::{Core, caught};
use crate::event::{DecodeError, Encoded};
use crate::store::{Page, PageLimit, StoreError, StoredEvent};

/// How the events of each registered aggregate are read.
pub(super) type Readers = HashMap<&'static str, fn(Encoded<'_>) -> Result<(), DecodeError>>;

/// So many rows that are not read are listed one by one.
const LISTED: usize = 1_000;

/// What the log holds, and whether today's code reads it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Verification {
    /// Each kind of event that was found, in the order of its fields.
    pub kinds: Vec<VerifiedKind>,
    /// The first 1,000 rows that are not read, in the order of the log.
    pub unreadable: Vec<UnreadableRow>,
}

/// The rows of one event name and version in the streams of one aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedKind {
    /// The name of the aggregate.
    pub aggregate: String,
    /// The stored name of the event.
    pub name: String,
    /// The stored version of its shape.
    pub version: u32,
    /// How many rows there are.
    pub rows: u64,
    /// How many of these are not read.
    pub unreadable: u64,
}

/// A row that today's code does not read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnreadableRow {
    /// Its place in the log.
    pub position: u64,
    /// Its stream: `Account/alice`.
    pub stream: String,
    /// Its place in the stream.
    pub version: u64,
    /// Why.
    pub reason: Unreadable,
}

/// Why a row is not read.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The app does not know the aggregate. Call `.aggregate::<..>()` on the builder.
    #[error("the aggregate is not registered")]
    Unregistered,
    /// The event does not decode. See the cause.
    #[error("it does not decode")]
    Undecodable(#[source] Arc<DecodeError>),
    /// The user's code panicked as it lifted the event. Mend the code.
    #[error("the code that reads it panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}

/// Why the log could not be read to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The log has a hole, or an event twice. Restore the store from a backup.
    #[error("the log goes from position {from} to position {to}")]
    Gap {
        /// The last position before the hole.
        from: u64,
        /// The position that came next.
        to: u64,
    },
    /// The store could not be read. Try again later.
    #[error("the store could not be read")]
    Store(#[source] StoreError),
}

impl Verification {
    /// Whether today's code reads every row.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.unreadable.is_empty()
    }
}

/// Reads the log from its start to where it ends, and every event in it.
pub(super) async fn verify(core: &Core, readers: &Readers) -> Result<Verification, VerifyError> {
    let (mut log, mut position) = (Log::default(), 0);
    loop {
        let page = read(core, position).await.map_err(VerifyError::Store)?;
        for stored in &page.events {
            if stored.position != position + 1 {
                return Err(VerifyError::Gap {
                    from: position,
                    to: stored.position,
                });
            }
            position = stored.position;
            log.take(stored, readers);
        }
        if page.is_last() {
            return Ok(log.verification());
        }
    }
}

/// A page, read in a task of its own: whoever drops the future does not stop SQL half way.
async fn read(core: &Core, after: u64) -> Result<Page, StoreError> {
    let store = Arc::clone(&core.store);
    let reading = core
        .runtime
        .spawn(async move { store.read_log(after, PageLimit::default()).await });
    reading
        .await
        .unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))
}

/// What was seen so far.
#[derive(Default)]
struct Log {
    /// By aggregate, name and version: how many rows, and how many of them are not read.
    kinds: BTreeMap<(String, String, u32), (u64, u64)>,
    unreadable: Vec<UnreadableRow>,
}

impl Log {
    fn take(&mut self, stored: &StoredEvent, readers: &Readers) {
        let aggregate = stored.stream.aggregate().to_owned();
        let read = decoded(stored, readers);
        let kind = (aggregate, stored.name.clone(), stored.schema);
        let (rows, unreadable) = self.kinds.entry(kind).or_default();
        *rows += 1;
        let Err(reason) = read else { return };
        *unreadable += 1;
        if self.unreadable.len() < LISTED {
            self.unreadable.push(UnreadableRow {
                position: stored.position,
                stream: stored.stream.to_string(),
                version: stored.version,
                reason,
            });
        }
    }

    fn verification(self) -> Verification {
        let kinds = self.kinds.into_iter();
        let kinds = kinds.map(
            |((aggregate, name, version), (rows, unreadable))| VerifiedKind {
                aggregate,
                name,
                version,
                rows,
                unreadable,
            },
        );
        Verification {
            kinds: kinds.collect(),
            unreadable: self.unreadable,
        }
    }
}

fn decoded(stored: &StoredEvent, readers: &Readers) -> Result<(), Unreadable> {
    let reader = readers
        .get(stored.stream.aggregate())
        .ok_or(Unreadable::Unregistered)?;
    let encoded = Encoded {
        name: &stored.name,
        version: stored.schema,
        json: &stored.json,
    };
    match caught(|| reader(encoded)) {
        Ok(read) => read.map_err(|error| Unreadable::Undecodable(Arc::new(error))),
        Err(message) => Err(Unreadable::Panicked { message }),
    }
}

impl fmt::Display for Verification {
    /// A line for each kind of event, then one for each row that is not read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in &self.kinds {
            let VerifiedKind {
                aggregate,
                name,
                version,
                rows,
                unreadable,
            } = kind;
            write!(f, "{rows:>12}  {aggregate}  {name} v{version}")?;
            match unreadable {
                0 => writeln!(f)?,
                some => writeln!(f, "  ({some} are not read)")?,
            }
        }
        self.unreadable
            .iter()
            .try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl fmt::Display for UnreadableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position,
            stream,
            version,
            reason,
        } = self;
        write!(
            f,
            "position {position}, version {version} of {stream}: {reason}"
        )?;
        match reason {
            Unreadable::Undecodable(cause) => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}
