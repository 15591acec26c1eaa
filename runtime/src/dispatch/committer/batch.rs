//! One batch: what is written, what is checked, and what became of each.

use std::sync::Arc;

use tracing::{error, warn};

use super::recover::{call, recover};
use super::{Desk, Item, Kind, Ticket, Verdict};
use crate::dispatch::decide::caught;
use crate::dispatch::lineage::Lineage;
use crate::store::{CommandKey, Commit, Lookup, Outcome, Store, StoreError};

/// Decisions that go to the store together, in the order in which they were made.
pub(super) struct Batch {
    /// What is written, side by side as the store wants it.
    writes: Vec<Commit>,
    entries: Vec<Entry>,
}

pub(super) struct Entry {
    claim: Claim,
    pub(super) lineage: Arc<Lineage>,
    ticket: Box<dyn Ticket>,
}

/// What an entry waits for.
enum Claim {
    /// The outcome of the next of the writes.
    Write,
    /// That the store still is where its lineage left it.
    Check(CommandKey),
    /// Nothing: what became of it is known.
    Settled(Verdict),
}

impl Batch {
    /// Takes items from the front, until they hold so many bytes.
    pub(super) fn take(items: &mut Vec<Item>, bytes: usize) -> Self {
        let mut size = 0;
        let fits = |item: &Item| {
            let first = size == 0;
            size += item.commit.bytes();
            first || size <= bytes
        };
        let count = items.iter().map(fits).take_while(|fits| *fits).count();
        let mut batch = Self {
            writes: Vec::with_capacity(count),
            entries: Vec::with_capacity(count),
        };
        items.drain(..count).for_each(|item| batch.push(item));
        batch
    }

    fn push(&mut self, item: Item) {
        let Item {
            commit,
            kind,
            lineage,
            ticket,
        } = item;
        let claim = if lineage.is_broken() {
            Claim::Settled(Verdict::Refused { conflict: false })
        } else if kind == Kind::Write {
            self.writes.push(commit);
            Claim::Write
        } else {
            Claim::Check(CommandKey {
                command_id: commit.meta.command_id,
                stream: commit.stream,
            })
        };
        self.entries.push(Entry {
            claim,
            lineage,
            ticket,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Writes what is to be written, checks what is to be checked, and tells each.
    pub(super) async fn write(mut self, desk: &Desk) {
        if !self.writes.is_empty() {
            self.append(desk).await;
        }
        self.check(&*desk.store).await;
        for entry in self.entries {
            // Whatever has no verdict by now is a claim that the store left unanswered.
            let verdict = match entry.claim {
                Claim::Settled(verdict) => verdict,
                Claim::Write | Claim::Check(_) => Verdict::Unknown,
            };
            // Dropping a command runs the user's code; one that panics must not end the committer.
            if caught(|| entry.ticket.settle(verdict, &entry.lineage)).is_err() {
                error!("a command panicked while it was dropped");
            }
        }
    }

    async fn append(&mut self, desk: &Desk) {
        let answer = match call(desk.append(&self.writes)).await {
            Ok(outcomes) if outcomes.len() == self.writes.len() => Ok(outcomes),
            Ok(_) => Err(StoreError::failed(
                "the store answered for other commits than it was given",
            )),
            Err(error) => Err(error),
        };
        let waiting = self
            .entries
            .iter_mut()
            .filter(|entry| matches!(entry.claim, Claim::Write));
        let claims = waiting.zip(&self.writes);
        match answer {
            Ok(outcomes) => {
                for ((entry, commit), outcome) in claims.zip(outcomes) {
                    entry.settle(commit, Verdict::from(outcome));
                }
            }
            Err(error) => recover(desk, claims.collect(), error).await,
        }
    }

    async fn check(&mut self, store: &dyn Store) {
        let mut keys = Vec::new();
        for entry in &mut self.entries {
            match &entry.claim {
                Claim::Check(_) if entry.lineage.is_broken() => {
                    entry.claim = Claim::Settled(Verdict::Refused { conflict: false });
                }
                Claim::Check(key) => keys.push(key.clone()),
                Claim::Write | Claim::Settled(_) => {}
            }
        }
        if keys.is_empty() {
            return;
        }
        match call(store.lookup(&keys)).await {
            Ok(found) => {
                let waiting = self
                    .entries
                    .iter_mut()
                    .filter(|entry| matches!(entry.claim, Claim::Check(_)));
                for (entry, lookup) in waiting.zip(found) {
                    entry.claim = Claim::Settled(entry.lineage.compare(lookup));
                }
            }
            Err(error) => {
                warn!(%error, checks = keys.len(), "the store did not answer");
                self.entries.iter().for_each(Entry::break_unsettled);
            }
        }
    }
}

impl Entry {
    pub(super) fn settle(&mut self, commit: &Commit, verdict: Verdict) {
        self.claim = Claim::Settled(self.lineage.follow(commit, verdict));
    }

    fn break_unsettled(&self) {
        if !matches!(self.claim, Claim::Settled(_)) {
            self.lineage.break_off();
        }
    }
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Written { position } => Self::Durable { position },
            Outcome::Known(recording) => Self::Known(recording),
            Outcome::Refused => Self::Refused { conflict: true },
        }
    }
}

impl Lineage {
    /// Follows what became of a commit; the first that was not written as it was decided breaks the lineage.
    fn follow(&self, commit: &Commit, verdict: Verdict) -> Verdict {
        let verdict = match verdict {
            Verdict::Refused { .. } => Verdict::Refused {
                conflict: !self.is_broken(),
            },
            other => other,
        };
        match &verdict {
            Verdict::Durable { .. } => self.became_durable(commit.version()),
            // It was decided to change nothing, and nothing was written: what came after it stands.
            Verdict::Known(_) if commit.events.is_empty() => {}
            _ => self.break_off(),
        }
        verdict
    }

    /// Says whether a decision that writes nothing stands, now that the store was asked.
    fn compare(&self, found: Lookup) -> Verdict {
        if let Some(recording) = found.known {
            Verdict::Known(recording)
        } else if self.is_broken() {
            Verdict::Refused { conflict: false }
        } else if found.version == self.durable() {
            Verdict::Durable {
                position: found.position,
            }
        } else {
            self.break_off();
            Verdict::Refused { conflict: true }
        }
    }
}
