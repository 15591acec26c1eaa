//! The whole log, as lines of JSON.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::Serialize;
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::lines::{End, Entry, Header, Line};
use crate::dispatch::Core;
use crate::store::{PageLimit, Store, StoreError, StoredEvent};

/// The lines of an exported log, in order: a [`Stream`], and [`next`](Self::next) for those without one.
///
/// It ends after the last line, or after the first error. It is read page by page as lines are asked for, so that its
/// memory is that of a page and of a commit. Dropping it is safe.
#[must_use = "an export reads nothing until it is polled"]
pub struct Export {
    runtime: Handle,
    lines: VecDeque<String>,
    phase: Phase,
}

enum Phase {
    /// There are more lines.
    More(Log),
    /// The next lines are being read, in a task that dropping the export does not stop.
    Reading(JoinHandle<Result<Part, ExportError>>),
    End,
}

/// Why the log could not be exported to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
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

impl Export {
    pub(super) fn new(core: &Core) -> Self {
        Self {
            runtime: core.runtime.clone(),
            lines: VecDeque::new(),
            phase: Phase::More(Log::new(Arc::clone(&core.store))),
        }
    }

    /// The next line, without a line feed at its end; `None` after the last.
    ///
    /// Dropping the future is safe: no line is lost by it.
    ///
    /// # Errors
    /// An [`ExportError`] where the log cannot be read; nothing comes after it.
    pub async fn next(&mut self) -> Option<Result<String, ExportError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Export {
    type Item = Result<String, ExportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Poll::Ready(Some(Ok(line)));
            }
            match std::mem::replace(&mut self.phase, Phase::End) {
                Phase::More(log) => {
                    let reading = self.runtime.spawn(log.read());
                    self.phase = Phase::Reading(reading);
                }
                Phase::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.phase = Phase::Reading(reading);
                        return Poll::Pending;
                    };
                    let gone = |gone| Err(ExportError::Store(StoreError::unavailable(gone)));
                    match read.unwrap_or_else(gone) {
                        Ok(part) => {
                            self.lines = part.lines;
                            self.phase = part.rest.map_or(Phase::End, Phase::More);
                        }
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
                Phase::End => return Poll::Ready(None),
            }
        }
    }
}

/// Some lines, and where the others come from.
struct Part {
    lines: VecDeque<String>,
    rest: Option<Log>,
}

/// A log that is read so far.
struct Log {
    store: Arc<dyn Store>,
    read: End,
    /// A commit of which there may be more on the next page.
    open: Option<Entry>,
}

impl Log {
    fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            read: End::default(),
            open: None,
        }
    }

    /// The lines of one more page.
    async fn read(mut self) -> Result<Part, ExportError> {
        let start = self.read.position;
        let page = self.store.read_log(start, PageLimit::default());
        let page = page.await.map_err(ExportError::Store)?;
        let mut lines = VecDeque::new();
        if start == 0 {
            lines.push_back(line(&Header::ours())?);
        }
        let is_last = page.is_last();
        let mut entries = self.take(page.events)?;
        if is_last {
            entries.extend(self.open.take());
        }
        self.read.commits += entries.len() as u64;
        self.add_digests(&mut entries).await?;
        for entry in entries {
            lines.push_back(line(&Line::Commit(entry))?);
        }
        if is_last {
            lines.push_back(line(&Line::End(self.read))?);
        }
        let rest = (!is_last).then_some(self);
        Ok(Part { lines, rest })
    }

    /// The commits that are whole.
    fn take(&mut self, events: Vec<StoredEvent>) -> Result<Vec<Entry>, ExportError> {
        let mut entries = Vec::new();
        for event in events {
            let (from, to) = (self.read.position, event.position);
            if from.checked_add(1) != Some(to) {
                return Err(ExportError::Gap { from, to });
            }
            self.read.position = to;
            match &mut self.open {
                Some(open) if open.goes_on_with(&event) => open.push(event),
                open => entries.extend(open.replace(event.into())),
            }
        }
        Ok(entries)
    }

    /// The digests do not stand in the log.
    async fn add_digests(&self, entries: &mut [Entry]) -> Result<(), ExportError> {
        let keys: Vec<_> = entries.iter().filter_map(Entry::key).collect();
        let found = self.store.lookup(&keys).await.map_err(ExportError::Store)?;
        for (entry, found) in entries.iter_mut().zip(found) {
            let known = found
                .known
                .filter(|known| u64::from(known.events) == entry.len());
            let Some(known) = known else {
                let text = format!(
                    "the command of position {} is not recorded as it is in the log",
                    entry.position
                );
                return Err(ExportError::Store(StoreError::Corrupt(text)));
            };
            entry.digest = known.digest;
        }
        Ok(())
    }
}

fn line(line: &impl Serialize) -> Result<String, ExportError> {
    serde_json::to_string(line).map_err(|error| ExportError::Store(StoreError::failed(error)))
}
