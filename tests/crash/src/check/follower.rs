//! A reader beside the writers, as read models will be: it goes on from the last position that it saw.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gesta::store::{PageLimit, Store, StoreError};
use tokio::task::JoinHandle;

use super::image::{Image, key};
use super::{Check, Tally};
use crate::line::Key;
use crate::{Failure, database};

/// How long it waits before it looks for news again: readers poll.
const POLL: Duration = Duration::from_micros(500);

/// What it met.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// The events, by position and by whose they are if they are of an account, in the order in which it met them.
    events: Vec<(u64, Option<Key>)>,
    /// What the store said when it would not read on.
    stopped: Option<String>,
}

/// A reader that is at it.
pub(crate) struct Follower {
    done: Arc<AtomicBool>,
    task: JoinHandle<Result<Seen, Failure>>,
}

impl Follower {
    /// Reads on from what was seen before.
    pub async fn start(address: String, seen: &Seen) -> Result<Self, Failure> {
        let store = database::open_beside(&address).await?;
        let done = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(follow(store, seen.clone(), Arc::clone(&done)));
        Ok(Self { done, task })
    }

    /// Nobody writes any more: reads the rest, and adds it to what was seen.
    pub async fn end(self, seen: &mut Seen, tally: &mut Tally) -> Result<(), Failure> {
        self.done.store(true, Ordering::SeqCst);
        let before = seen.events.len();
        *seen = self.task.await??;
        seen.count(before, tally);
        Ok(())
    }
}

async fn follow(
    store: Arc<dyn Store>,
    mut seen: Seen,
    done: Arc<AtomicBool>,
) -> Result<Seen, Failure> {
    loop {
        let is_last = done.load(Ordering::SeqCst);
        match store.read_log(seen.end(), PageLimit::default()).await {
            Ok(page) if page.events.is_empty() && is_last => break,
            Ok(page) if page.events.is_empty() => tokio::time::sleep(POLL).await,
            Ok(page) => {
                for event in page.events {
                    seen.events.push((event.position, key(&event)?));
                }
            }
            // It stops at a hole, and leaves nothing out.
            Err(StoreError::Corrupt(reason)) => {
                seen.stopped = Some(reason);
                break;
            }
            Err(error) if is_last => return Err(error.into()),
            // The server is away, perhaps.
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
    store.close().await?;
    Ok(seen)
}

impl Seen {
    fn end(&self) -> u64 {
        self.events.last().map_or(0, |(position, _)| *position)
    }

    /// Each event followed the one before it when it was met: none was left out.
    fn count(&self, from: usize, tally: &mut Tally) {
        if let Some(reason) = &self.stopped {
            tally.hold(Check::Skipped, false, || {
                format!("a reader was stopped: {reason}")
            });
        }
        let new = self.events.iter().enumerate().skip(from);
        for (index, (position, key)) in new {
            let follows = *position == index as u64 + 1;
            tally.hold(Check::Skipped, follows, || {
                format!("a reader met position {position}, of {key:?}, as its event {index}")
            });
            if !follows {
                return;
            }
        }
    }

    /// What it met is what the log says now.
    pub(crate) fn compare(&self, image: &Image, tally: &mut Tally) {
        if self.events.is_empty() {
            // Nobody followed.
            return;
        }
        let log = image.log.iter().map(|entry| (entry.position, entry.key));
        let met = self
            .events
            .iter()
            .filter_map(|(position, key)| Some((*position, (*key)?)));
        let differs = met.zip(log).find(|(met, is)| met != is);
        tally.hold(Check::Skipped, differs.is_none(), || {
            format!("a reader met {differs:?}")
        });
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::check::image::Entry;

    const KEY: Key = Key {
        id: Uuid::nil(),
        account: 1,
    };
    const OTHER: Key = Key { account: 2, ..KEY };

    /// How much is found of a reader that met these positions and was then stopped, or not.
    fn found(positions: &[u64], stopped: Option<&str>) -> usize {
        let seen = Seen {
            events: positions
                .iter()
                .map(|position| (*position, Some(KEY)))
                .collect(),
            stopped: stopped.map(str::to_owned),
        };
        let mut tally = Tally::default();
        seen.count(0, &mut tally);
        tally.found(Check::Skipped)
    }

    #[test]
    fn a_reader_that_leaves_something_out_is_found() {
        assert_eq!(found(&[1, 2, 3], None), 0);
        assert_eq!(found(&[1, 3], None), 1);
        assert_eq!(found(&[2], None), 1);
        assert_eq!(found(&[1, 2], Some("a hole")), 1);
    }

    #[test]
    fn a_reader_that_met_something_else_is_found() {
        let seen = Seen {
            events: vec![(1, Some(KEY)), (2, None), (3, Some(OTHER))],
            stopped: None,
        };
        for (log, expected) in [([KEY, OTHER], 0), ([OTHER, KEY], 1)] {
            let image = Image {
                log: [1, 3]
                    .into_iter()
                    .zip(log)
                    .map(|(position, key)| Entry {
                        position,
                        key,
                        delta: 5,
                    })
                    .collect(),
                ..Image::default()
            };
            let mut tally = Tally::default();
            seen.compare(&image, &mut tally);
            assert_eq!(tally.found(Check::Skipped), expected);
        }
    }
}
