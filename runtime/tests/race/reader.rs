//! The reader: from the last position it saw, when it is told to look and now and then without.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use gesta::store::{PageLimit, Store, StoredEvent, StreamName};

use crate::random::Random;

/// Reads until all is written, and all of it is read.
pub async fn read_beside<T>(
    store: &dyn Store,
    writing: impl Future<Output = T>,
    random: &mut Random,
) -> (T, Vec<StoredEvent>) {
    let mut writing = pin!(writing);
    let mut hints = store.hints();
    let mut seen = Seen::default();
    let written = loop {
        while seen.read(store, random).await {}
        let poll = Duration::from_micros(random.below(5_000));
        tokio::select! {
            written = &mut writing => break written,
            () = hints.next() => {}
            () = tokio::time::sleep(poll) => {}
        }
    };
    while seen.read(store, random).await {}
    (written, seen.events)
}

#[derive(Default)]
struct Seen {
    events: Vec<StoredEvent>,
    versions: HashMap<StreamName, u64>,
}

impl Seen {
    /// Reads a page, and says whether there may be more.
    async fn read(&mut self, store: &dyn Store, random: &mut Random) -> bool {
        let after = self.events.len() as u64;
        let limit = PageLimit {
            events: 1 + u32::try_from(random.below(20)).unwrap(),
            bytes: 1 + usize::try_from(random.below(400)).unwrap(),
        };
        let page = store.read_log(after, limit).await.unwrap();
        for (position, event) in (after + 1..).zip(page.events) {
            let version = self.versions.entry(event.stream.clone()).or_default();
            *version += 1;
            assert_eq!((event.position, event.version), (position, *version));
            self.events.push(event);
        }
        page.more
    }
}
