//! The ledger against the log, command by command.

use std::collections::HashMap;

use gesta::store::{CommandKey, Recording, Store, StreamName};

use super::image::{Image, Trace};
use super::{Check, Tally};
use crate::Failure;
use crate::ledger::{Entry, Ledger};
use crate::line::{Ack, Key};

/// How many command ids are looked up at a time.
const AT_A_TIME: usize = 1_000;

/// What the store has recorded of these commands.
pub(crate) async fn look_up(
    store: &dyn Store,
    keys: &[Key],
) -> Result<HashMap<Key, Recording>, Failure> {
    let mut found = HashMap::new();
    for keys in keys.chunks(AT_A_TIME) {
        let asked: Result<Vec<_>, Failure> = keys.iter().map(command_key).collect();
        let answers = store.lookup(&asked?).await?;
        let known = keys.iter().zip(answers);
        found.extend(known.filter_map(|(key, answer)| Some((*key, answer.known?))));
    }
    Ok(found)
}

fn command_key(key: &Key) -> Result<CommandKey, Failure> {
    Ok(CommandKey {
        command_id: key.id,
        stream: StreamName::new("Account", &key.account.to_string())?,
    })
}

/// Compares these commands, each of which is in the ledger, in the log, or in both.
pub(crate) async fn compare(
    mut keys: Vec<Key>,
    ledger: &Ledger,
    image: &Image,
    store: &dyn Store,
    tally: &mut Tally,
) -> Result<(), Failure> {
    keys.sort_unstable();
    keys.dedup();
    let recorded = look_up(store, &keys).await?;
    for key in &keys {
        let view = View {
            key: *key,
            recorded: recorded.get(key).copied(),
            traces: image.traces(*key),
            image,
        };
        match ledger.get(*key) {
            Some(entry) => view.compare(entry, tally),
            None => tally.hold(Check::Stray, false, || {
                format!("{key} is in the log: {:?}", view.traces)
            }),
        }
    }
    Ok(())
}

/// One command as the store has it.
struct View<'a> {
    key: Key,
    recorded: Option<Recording>,
    traces: &'a [Trace],
    image: &'a Image,
}

impl View<'_> {
    fn compare(&self, entry: &Entry, tally: &mut Tally) {
        let in_log = !self.traces.is_empty();
        if let Some(ack) = entry.ack() {
            tally.hold(Check::Lost, self.holds(ack), || self.tell(entry));
        }
        if in_log || self.recorded.is_some() {
            tally.hold(Check::Whole, self.is_whole(entry), || self.tell(entry));
            tally.hold(Check::Doubled, !self.is_doubled(entry), || self.tell(entry));
        }
        if in_log {
            tally.hold(Check::Stray, true, String::new);
        }
        if entry.is_refused() || entry.refused > 0 {
            let denied = entry.is_denied() || (entry.is_refused() && in_log);
            let absent = !denied && (!entry.is_refused() || self.recorded.is_none());
            tally.hold(Check::Refused, absent, || self.tell(entry));
        }
        tally.hold(
            Check::Answer,
            entry.wrong == 0 && is_plausible(entry),
            || self.tell(entry),
        );
    }

    /// Whether what was acknowledged is recorded as it was told, and the events stand where the answer said.
    fn holds(&self, ack: Ack) -> bool {
        let recorded = self.recorded.is_some_and(|known| is_told(known, ack));
        let ends_there = match self.traces.last() {
            Some(last) => (last.version, last.position) == (ack.version, ack.position),
            // No events: the position is that of the event at the version, if there is one.
            None => {
                let state = self.image.state_at(self.key.account, ack.version);
                ack.events == 0 && state.map_or(0, |state| state.position) == ack.position
            }
        };
        recorded && ends_there
    }

    /// Whether the log has all its events, one after another, and the command id beside them.
    fn is_whole(&self, entry: &Entry) -> bool {
        let expected = entry.order.events();
        let events = self
            .traces
            .iter()
            .map(|trace| (trace.name.as_str(), trace.cents));
        let follow = self
            .traces
            .iter()
            .zip(self.traces.iter().skip(1))
            .all(|(one, next)| {
                (one.position + 1, one.version + 1) == (next.position, next.version)
            });
        let known = self.recorded.map(|known| u64::from(known.events));
        events.eq(expected.iter().copied()) && follow && known == Some(expected.len() as u64)
    }

    /// Whether the log has its events more than once, or two answers say that it was theirs to take effect.
    fn is_doubled(&self, entry: &Entry) -> bool {
        let first = entry.acks.iter().filter(|ack| !ack.duplicate).count();
        let expected = entry.order.events().len();
        first > 1 || (expected > 0 && self.traces.len() >= 2 * expected)
    }

    fn tell(&self, entry: &Entry) -> String {
        format!(
            "{}: {entry:?}; recorded is {:?}; the log has {:?}",
            self.key, self.recorded, self.traces
        )
    }
}

/// Whether an answer says what is recorded.
pub(crate) fn is_told(known: Recording, ack: Ack) -> bool {
    (known.version, known.position, known.events) == (ack.version, ack.position, ack.events)
}

/// Whether all answers agree, and one of them was the first, unless that one may have been lost.
fn is_plausible(entry: &Entry) -> bool {
    let told = |ack: &Ack| (ack.version, ack.position, ack.events);
    let agree = entry
        .acks
        .iter()
        .all(|ack| Some(told(ack)) == entry.ack().as_ref().map(told));
    agree && !entry.is_denied()
}
