//! The log as it is, folded by hand from its JSON: nothing in here uses the aggregate's code.

use std::collections::BTreeMap;

use gesta::store::{PageLimit, Store, StoredEvent};
use serde_json::Value;

use super::{Check, Tally};
use crate::Failure;
use crate::line::Key;

/// The log, by account and by command.
#[derive(Debug, Default)]
pub(crate) struct Image {
    pub end: u64,
    pub accounts: BTreeMap<u32, Vec<State>>,
    pub commands: BTreeMap<Key, Vec<Trace>>,
    /// The events of accounts, in the order of the log.
    pub log: Vec<Entry>,
}

/// An event: where it is, whose, and what it did to the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub position: u64,
    pub key: Key,
    pub delta: i64,
}

/// An account after one of its events. The first of them is at version 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub balance: i64,
    pub movements: u64,
    pub position: u64,
}

/// What one event of a command left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    pub position: u64,
    pub version: u64,
    pub name: String,
    pub cents: u64,
}

impl Image {
    /// Reads on from where it ends, and gives the commands that it met.
    pub async fn read_on(
        &mut self,
        store: &dyn Store,
        tally: &mut Tally,
    ) -> Result<Vec<Key>, Failure> {
        let mut met = Vec::new();
        loop {
            let page = store.read_log(self.end, PageLimit::default()).await?;
            for event in &page.events {
                met.extend(self.take(event, tally)?);
            }
            if !page.more {
                met.dedup();
                return Ok(met);
            }
        }
    }

    /// Whose the event is; none, if it is not of an account.
    fn take(&mut self, event: &StoredEvent, tally: &mut Tally) -> Result<Option<Key>, Failure> {
        let (position, version) = (event.position, event.version);
        let (stream, end) = (&event.stream, self.end);
        tally.hold(Check::Hole, position == end + 1, || {
            format!("position {position} follows {end}")
        });
        self.end = position;
        let Some(key) = key(event)? else {
            return Ok(None);
        };
        let states = self.accounts.entry(key.account).or_default();
        tally.hold(Check::Hole, version == states.len() as u64 + 1, || {
            format!("version {version} of {stream} follows {}", states.len())
        });
        let json: Value = serde_json::from_str(&event.json)?;
        let cents = json.get("cents").and_then(Value::as_u64).unwrap_or(0);
        let before = states.last().copied().unwrap_or_default();
        let state = before.after(&event.name, cents, position);
        tally.hold(Check::Negative, state.balance >= 0, || {
            format!("{stream} has {} cents at version {version}", state.balance)
        });
        states.push(state);
        self.log.push(Entry {
            position,
            key,
            delta: state.balance - before.balance,
        });
        self.commands.entry(key).or_default().push(Trace {
            position,
            version,
            name: event.name.clone(),
            cents,
        });
        Ok(Some(key))
    }

    /// An account as it is now; `None` if it has no events.
    pub fn state(&self, account: u32) -> Option<(State, u64)> {
        let states = self.accounts.get(&account)?;
        Some((states.last().copied()?, states.len() as u64))
    }

    /// An account as it was at a version.
    pub fn state_at(&self, account: u32, version: u64) -> Option<State> {
        let index = usize::try_from(version.checked_sub(1)?).ok()?;
        self.accounts.get(&account)?.get(index).copied()
    }

    pub fn money(&self) -> i64 {
        let last = self.accounts.values().filter_map(|states| states.last());
        last.map(|state| state.balance).sum()
    }

    /// The events of a command, in the order of the log.
    pub fn traces(&self, key: Key) -> &[Trace] {
        self.commands.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Whose an event is; none, if it is not of an account.
pub(super) fn key(event: &StoredEvent) -> Result<Option<Key>, Failure> {
    if event.stream.aggregate() != "Account" {
        return Ok(None);
    }
    Ok(Some(Key {
        id: event.meta.command_id,
        account: event.stream.id().parse()?,
    }))
}

impl State {
    fn after(self, name: &str, cents: u64, position: u64) -> Self {
        let (sign, movements) = match name {
            "Deposited" => (1, 1),
            "Withdrawn" => (-1, 1),
            _ => (0, 0),
        };
        Self {
            balance: self.balance + sign * cents.cast_signed(),
            movements: self.movements + movements,
            position,
        }
    }
}

#[cfg(test)]
mod tests {
    use gesta::store::StreamName;
    use gesta::{Meta, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn event(position: u64, account: &str, version: u64, name: &str) -> StoredEvent {
        StoredEvent {
            position,
            stream: StreamName::new("Account", account).unwrap(),
            version,
            name: name.to_owned(),
            schema: 1,
            json: r#"{"cents":5}"#.to_owned(),
            meta: Meta {
                command_id: Uuid::nil(),
                time: Timestamp::from_micros(0),
                correlation: None,
                causation: None,
                actor: None,
            },
        }
    }

    /// The checks that fail on a log of these events.
    fn findings(events: &[StoredEvent]) -> Vec<Check> {
        let (mut image, mut tally) = (Image::default(), Tally::default());
        for event in events {
            image.take(event, &mut tally).unwrap();
        }
        tally.findings.iter().map(|finding| finding.check).collect()
    }

    #[test]
    fn a_log_in_order_is_in_order() {
        let log = [
            event(1, "1", 1, "Deposited"),
            event(2, "2", 1, "Deposited"),
            event(3, "1", 2, "Withdrawn"),
        ];
        assert_eq!(findings(&log), []);
    }

    #[test]
    fn holes_and_repetitions_are_found() {
        let first = event(1, "1", 1, "Deposited");
        for next in [(3, 2), (1, 2), (2, 3), (2, 1)] {
            let next = event(next.0, "1", next.1, "Deposited");
            assert_eq!(findings(&[first.clone(), next]), [Check::Hole]);
        }
        assert_eq!(findings(&[event(2, "1", 1, "Deposited")]), [Check::Hole]);
    }

    #[test]
    fn money_that_was_never_there_is_found() {
        assert_eq!(
            findings(&[event(1, "1", 1, "Withdrawn")]),
            [Check::Negative]
        );
    }
}
