//! When what was sent and answered, by whom: what the check of the order works on.

mod operations;

use crate::clock::Instant;
use crate::line::{Answer, Key};
use crate::order::Order;

pub(crate) use operations::{End, Operation, operations};

/// One thing that a process said, or that the harness did itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    pub at: Instant,
    /// The process: its answers are to what it sent itself.
    pub by: u32,
    pub key: Key,
    pub said: Said,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Said {
    Sent(Order),
    Answered(Answer),
}

/// What was said, by whomever, in the order in which the lines were read: sorted only when it is looked at.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<Record>);

impl History {
    pub fn push(&mut self, record: Record) {
        self.0.push(record);
    }

    /// In the order of time. What happened at one instant overlaps, so sending goes first.
    pub fn in_order(&self) -> Vec<Record> {
        let mut records = self.0.clone();
        records.sort_by_key(|record| (record.at, matches!(record.said, Said::Answered(_))));
        records
    }
}
