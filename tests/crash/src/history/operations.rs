//! From what was said to operations: each with the window in which it took place, and what it came to.

use std::collections::HashMap;

use super::{Record, Said};
use crate::clock::Instant;
use crate::line::{Ack, Answer, Key};
use crate::order::Order;

/// Something that took place once, at some moment of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    pub key: Key,
    pub order: Order,
    /// It did not take place before this.
    pub sent: Instant,
    /// Nor after this; without an answer it may have been any time later.
    pub answered: Option<Instant>,
    pub end: End,
}

/// What an operation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It left the stream at this version, with so many events.
    Took { version: u64, events: u64 },
    /// The aggregate said no.
    Refused,
    /// The aggregate said no, although it had said before that the command took effect.
    Forgotten,
}

/// The operations of a history that is in order. All times that a command was sent under one id are one operation, as far
/// as it took effect; each refusal is one of its own. `found` says what the log has of a command that no answer tells of.
pub(crate) fn operations(records: &[Record], found: impl Fn(Key) -> Option<End>) -> Vec<Operation> {
    let mut commands: HashMap<Key, Command> = HashMap::new();
    let mut operations = Vec::new();
    for record in records {
        let (key, at) = (record.key, record.at);
        match record.said {
            Said::Sent(order) => {
                let fresh = || Command::new(order);
                commands.entry(key).or_insert_with(fresh).sent(record);
            }
            Said::Answered(answer) => {
                let command = commands.get_mut(&key);
                let ended = command.and_then(|command| command.answered(record, answer));
                operations.extend(ended.map(|(order, sent, end)| Operation {
                    key,
                    order,
                    sent,
                    answered: Some(at),
                    end,
                }));
            }
        }
    }
    let effects = commands.into_iter();
    operations.extend(effects.filter_map(|(key, command)| command.effect(key, &found)));
    operations
}

/// A command, while its history is read.
struct Command {
    order: Order,
    /// Sent and not answered yet, or never: by whom, and when.
    open: Vec<(u32, Instant)>,
    /// Since when it may have taken effect: the first time that it was sent and not refused.
    since: Option<Instant>,
    /// The answer that it took effect.
    ack: Option<(Ack, Instant)>,
}

impl Command {
    fn new(order: Order) -> Self {
        Self {
            order,
            open: Vec::new(),
            since: None,
            ack: None,
        }
    }

    fn sent(&mut self, record: &Record) {
        self.open.push((record.by, record.at));
        self.since.get_or_insert(record.at);
    }

    /// Gives the window's begin if the answer is a refusal.
    fn answered(&mut self, record: &Record, answer: Answer) -> Option<(Order, Instant, End)> {
        // Which of several is answered is not said: the window of the oldest holds that of each.
        let index = self.open.iter().position(|(by, _)| *by == record.by)?;
        match answer {
            Answer::Acked(ack) => {
                let (_, sent) = self.open.remove(index);
                if !ack.duplicate {
                    self.since = Some(sent);
                }
                self.ack.get_or_insert((ack, record.at));
                None
            }
            Answer::Rejected | Answer::NotTaken => {
                let (_, sent) = self.open.remove(index);
                if self.open.is_empty() && self.ack.is_none() {
                    self.since = None;
                }
                let end = match self.ack {
                    Some((_, at)) if at < sent => End::Forgotten,
                    _ => End::Refused,
                };
                (answer == Answer::Rejected).then_some((self.order, sent, end))
            }
            // It stays open: it may take effect, or not.
            Answer::Unknown | Answer::Wrong => None,
        }
    }

    fn effect(self, key: Key, found: impl Fn(Key) -> Option<End>) -> Option<Operation> {
        let (end, answered) = match self.ack {
            Some((ack, at)) => {
                let (version, events) = (ack.version, u64::from(ack.events));
                (End::Took { version, events }, Some(at))
            }
            None => (found(key)?, None),
        };
        Some(Operation {
            key,
            order: self.order,
            sent: self.since?,
            answered,
            end,
        })
    }
}

#[cfg(test)]
mod tests;
