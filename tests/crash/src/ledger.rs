//! What the parent knows of each command, from what it read before the child died.

mod asked;

use std::collections::BTreeMap;

use crate::clock::Instant;
use crate::history::{History, Record, Said};
use crate::line::{Ack, Answer, Key, Line};
use crate::order::Order;
use crate::stamped::Stamped;
pub(crate) use asked::{Asked, Wishes};

/// Everything that was sent to one database, and what was answered.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: BTreeMap<Key, Entry>,
    /// The transfers that were asked for.
    pub(crate) wishes: Wishes,
    /// When it was, and who said it.
    pub(crate) history: History,
    /// How often which line came.
    pub(crate) count: Count,
}

/// How many there were of each.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    pub sent: u64,
    pub acked: u64,
    pub duplicates: u64,
    pub rejected: u64,
    pub not_taken: u64,
    pub unknown: u64,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.acked += other.acked;
        self.duplicates += other.duplicates;
        self.rejected += other.rejected;
        self.not_taken += other.not_taken;
        self.unknown += other.unknown;
    }
}

/// What is known of one command.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub order: Order,
    /// Sent and not answered.
    pub waiting: u32,
    /// How often its answer was lost, or nobody knew one.
    pub unanswered: u32,
    /// How often the answer was that it did not take effect, and will not.
    pub refused: u32,
    pub acks: Vec<Ack>,
    /// How often it got an error that nothing here can cause.
    pub wrong: u32,
}

impl Entry {
    /// The answer that it got, if it took effect.
    pub fn ack(&self) -> Option<Ack> {
        self.acks.first().copied()
    }

    /// Whether it must not be in the log: each time that it was sent, the answer was that it did not take effect.
    pub fn is_refused(&self) -> bool {
        self.acks.is_empty() && self.waiting == 0
    }

    /// Whether each answer that it took effect says that it had done so before, when there is no time at which it could
    /// have: whatever else was answered said that it did not.
    ///
    /// Nobody can say that of a command without events whose answer was lost on the way to the library: it is recorded at
    /// a version at which it may have been recorded before, and the library takes it for a retry.
    pub fn is_denied(&self) -> bool {
        if self.order.events().is_empty() {
            return false;
        }
        let none_is_first = self.acks.iter().all(|ack| ack.duplicate);
        !self.acks.is_empty() && none_is_first && self.waiting + self.unanswered == 0
    }
}

impl Ledger {
    /// Takes note of what a process said.
    pub(crate) fn read(&mut self, by: u32, Stamped { at, line }: Stamped) {
        match line {
            Line::Up | Line::Open => {}
            Line::Sent(key, order) => self.sent(by, at, key, order),
            Line::Answered(key, answer) => self.answered(by, at, key, answer),
            Line::Asked(id, wish) => asked::asked(&mut self.wishes, id, wish),
            Line::Told(id, answer) => asked::told(&mut self.wishes, id, answer),
        }
    }

    fn sent(&mut self, by: u32, at: Instant, key: Key, order: Order) {
        let said = Said::Sent(order);
        self.history.push(Record { at, by, key, said });
        self.count.sent += 1;
        let entry = self.entries.entry(key).or_insert(Entry {
            order,
            waiting: 0,
            unanswered: 0,
            refused: 0,
            acks: Vec::new(),
            wrong: 0,
        });
        entry.waiting += 1;
    }

    fn answered(&mut self, by: u32, at: Instant, key: Key, answer: Answer) {
        // A child says what it sends before it sends it.
        let Some(entry) = self.entries.get_mut(&key) else {
            return;
        };
        let said = Said::Answered(answer);
        self.history.push(Record { at, by, key, said });
        entry.waiting = entry.waiting.saturating_sub(1);
        match answer {
            Answer::Acked(ack) => {
                self.count.acked += 1;
                self.count.duplicates += u64::from(ack.duplicate);
                entry.acks.push(ack);
            }
            Answer::Rejected => {
                self.count.rejected += 1;
                entry.refused += 1;
            }
            Answer::NotTaken => {
                self.count.not_taken += 1;
                entry.refused += 1;
            }
            Answer::Unknown => {
                self.count.unknown += 1;
                entry.waiting += 1;
            }
            Answer::Wrong => entry.wrong += 1,
        }
    }

    /// Takes note that whoever waited for an answer is dead: after one more answer nothing waits.
    pub(crate) fn give_up_waiting(&mut self, key: Key) {
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.unanswered += entry.waiting;
            entry.waiting = 0;
        }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Entry> {
        self.entries.get(&key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &Entry)> {
        self.entries.iter().map(|(key, entry)| (*key, entry))
    }

    /// What was sent and not answered.
    pub(crate) fn waiting(&self) -> Vec<(Key, Order)> {
        let waiting = self.iter().filter(|(_, entry)| entry.waiting > 0);
        waiting.map(|(key, entry)| (key, entry.order)).collect()
    }

    /// The second halves of transfers whose first half took effect and whose second did not.
    pub(crate) fn open_transfers(&self) -> Vec<(Key, Order)> {
        let taken = self.iter().filter(|(_, entry)| entry.ack().is_some());
        let halves = taken.filter_map(|(key, entry)| match entry.order {
            Order::Out { cents, to } => Some((Key { account: to, ..key }, Order::In(cents))),
            _ => None,
        });
        let is_open = |key| self.get(key).is_none_or(|entry| entry.ack().is_none());
        halves.filter(|(key, _)| is_open(*key)).collect()
    }

    /// How much money came from outside with the commands that took effect.
    pub(crate) fn money(&self) -> i64 {
        let taken = self.iter().filter(|(_, entry)| entry.ack().is_some());
        taken.map(|(_, entry)| entry.order.brings()).sum()
    }
}

#[cfg(test)]
mod tests;
