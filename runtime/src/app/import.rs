//! An exported log, written into an empty store.

use std::sync::Arc;

use thiserror::Error;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::lines::{End, Entry, Header, Line};
use crate::store::{Commit, IntoStore, Outcome, PageLimit, Store, StoreError};

/// A larger batch gains nothing.
const BATCH_COMMITS: usize = 512;
const BATCH_BYTES: usize = 4 << 20;

/// A log on its way into an empty store, begun with [`App::import`](crate::App::import): [`line`](Self::line) for each
/// line, then [`finish`](Self::finish).
///
/// Lines are written in batches, so that an error may be told some lines later than that of the line itself would be. After
/// an error, and if it is dropped before it is finished, the store holds a part of the log: begin again with another
/// store that is empty.
#[must_use = "nothing is imported without lines"]
pub struct Import {
    runtime: Handle,
    store: Arc<dyn Store>,
    owns_store: bool,
    /// How many lines were taken.
    lines: u64,
    read: End,
    is_complete: bool,
    /// An error came, so that nothing more is written.
    is_broken: bool,
    batch: Batch,
    /// The batch before, while it is written: in a task that dropping this does not stop.
    writing: Option<JoinHandle<Result<(), ImportError>>>,
}

/// Why a log was not imported. Whatever the reason, a part of it may be in the store.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The store holds a log. Import into an empty one.
    #[error("the store is not empty")]
    NotEmpty,
    /// The first line is not that of a log in a format that this program reads. Give it what `export` gave, or deploy a
    /// newer version.
    #[error("line 1 does not begin a log of format 1")]
    Header,
    /// A line is not one that an export has there. Export the log again.
    #[error("line {line} is not one of an exported log, from column {column}")]
    Malformed {
        /// Its number, from 1.
        line: u64,
        /// Where it was found out, in bytes; 0 if no one place is to blame.
        column: usize,
    },
    /// Lines are missing, or stand twice. Export the log again.
    #[error("line {line} goes from position {from} to position {to}")]
    Gap {
        /// The number of the line, from 1.
        line: u64,
        /// The last position before it.
        from: u64,
        /// The position that came next.
        to: u64,
    },
    /// The lines end before the log does: the file was cut. Export the log again.
    #[error("the log is not complete, it is cut off after line {lines}")]
    Cut {
        /// How many lines there were.
        lines: u64,
    },
    /// The store does not take the commit of this line as the next one of its stream and of the log, or there was an error
    /// before. Let nobody else write to the store; if nobody did, export the log again.
    #[error("the store does not take line {line} as what comes next")]
    Refused {
        /// The number of the line, from 1.
        line: u64,
    },
    /// The store does not open, or failed. See the cause.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Commits that are written together.
#[derive(Default)]
struct Batch {
    commits: Vec<Commit>,
    bytes: usize,
    /// Of each commit, the number of its line and the position of its last event.
    places: Vec<(u64, u64)>,
}

impl Import {
    pub(super) async fn begin(store: impl IntoStore) -> Result<Self, ImportError> {
        let runtime = Handle::try_current().map_err(StoreError::failed)?;
        let source = store.into_source();
        let owns_store = source.is_ours();
        // In a task of its own, so that whoever drops this future does not stop SQL half way.
        let opening = runtime.spawn(async move {
            let store = source.open().await?;
            let limit = PageLimit {
                events: 1,
                bytes: 1,
            };
            match store.read_log(0, limit).await?.events.is_empty() {
                true => Ok(store),
                false => Err(ImportError::NotEmpty),
            }
        });
        let store = opening.await.unwrap_or_else(|gone| Err(lost(gone)))?;
        Ok(Self {
            runtime,
            store,
            owns_store,
            lines: 0,
            read: End::default(),
            is_complete: false,
            is_broken: false,
            batch: Batch::default(),
            writing: None,
        })
    }

    /// Takes the next line, with or without a line feed at its end.
    ///
    /// Once it is polled the line is taken, also if the future is dropped then.
    ///
    /// # Errors
    /// [`ImportError`]; each variant says what to do. Nothing is imported after an error.
    pub async fn line(&mut self, line: &str) -> Result<(), ImportError> {
        let mut done = self.take(line);
        if done.is_ok() && self.batch.is_full() {
            done = self.write().await;
        }
        self.is_broken |= done.is_err();
        done
    }

    /// Writes what is left, and closes the store, if it was opened from an address. Gives the position of the last event.
    ///
    /// When it answers, the log is as durable as the store makes it. Dropping the future leaves a part of the log in the
    /// store, or all of it.
    ///
    /// # Errors
    /// [`ImportError::Cut`] if there should be more lines, and what [`line`](Self::line) says.
    pub async fn finish(mut self) -> Result<u64, ImportError> {
        if self.is_broken {
            return Err(ImportError::Refused { line: self.lines });
        }
        if !self.is_complete {
            return Err(ImportError::Cut { lines: self.lines });
        }
        self.write().await?;
        self.written().await?;
        if self.owns_store {
            let store = Arc::clone(&self.store);
            let closing = self.runtime.spawn(async move { store.close().await });
            closing.await.map_err(lost)??;
        }
        Ok(self.read.position)
    }

    fn take(&mut self, text: &str) -> Result<(), ImportError> {
        self.lines += 1;
        let line = self.lines;
        if self.is_broken {
            return Err(ImportError::Refused { line });
        }
        if line == 1 {
            let header = serde_json::from_str(text);
            let is_ours = header.is_ok_and(|header: Header| header == Header::ours());
            return is_ours.then_some(()).ok_or(ImportError::Header);
        }
        if self.is_complete {
            return Err(ImportError::Malformed { line, column: 0 });
        }
        // Without the cause, which may show what is stored.
        let malformed = |error: serde_json::Error| ImportError::Malformed {
            line,
            column: error.column(),
        };
        match serde_json::from_str(text).map_err(malformed)? {
            Line::Commit(entry) => self.add(entry),
            Line::End(end) if end == self.read => {
                self.is_complete = true;
                Ok(())
            }
            Line::End(end) => Err(ImportError::Gap {
                line,
                from: self.read.position,
                to: end.position,
            }),
        }
    }

    fn add(&mut self, entry: Entry) -> Result<(), ImportError> {
        let (line, from, to) = (self.lines, self.read.position, entry.position);
        if from.checked_add(1) != Some(to) {
            return Err(ImportError::Gap { line, from, to });
        }
        let malformed = ImportError::Malformed { line, column: 0 };
        let last = from.checked_add(entry.len());
        let (Some(last), Some(commit)) = (last, entry.into_commit()) else {
            return Err(malformed);
        };
        self.read.position = last;
        self.read.commits += 1;
        self.batch.bytes += commit.bytes();
        self.batch.commits.push(commit);
        self.batch.places.push((line, last));
        Ok(())
    }

    /// Has the batch written, once the one before is.
    async fn write(&mut self) -> Result<(), ImportError> {
        self.written().await?;
        let (store, batch) = (Arc::clone(&self.store), std::mem::take(&mut self.batch));
        let writing = async move { batch.write(&*store).await };
        self.writing = Some(self.runtime.spawn(writing));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), ImportError> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        // It stays there until it is done, however often somebody stops to wait.
        let written = writing.await.unwrap_or_else(|gone| Err(lost(gone)));
        self.writing = None;
        written
    }
}

impl Batch {
    fn is_full(&self) -> bool {
        self.commits.len() >= BATCH_COMMITS || self.bytes >= BATCH_BYTES
    }

    async fn write(self, store: &dyn Store) -> Result<(), ImportError> {
        if self.commits.is_empty() {
            return Ok(());
        }
        let outcomes = store.append(&self.commits).await?;
        for (outcome, (line, position)) in outcomes.into_iter().zip(self.places) {
            if outcome != (Outcome::Written { position }) {
                return Err(ImportError::Refused { line });
            }
        }
        Ok(())
    }
}

fn lost(gone: tokio::task::JoinError) -> ImportError {
    ImportError::Store(StoreError::unavailable(gone))
}
