//! Whether one stream is linearizable: whether its operations could have taken place one after another, each at one
//! moment between its sending and its answer, and each have seen what those before it left.
//!
//! In general that is hard to say. Here the answers tell versions, so there is but one order to try: it takes one walk
//! through the times, and for a refusal the first version in its window at which it is right.

use std::collections::BTreeMap;

use crate::clock::Instant;
use crate::history::{End, Operation};
use crate::line::Key;
use crate::order::Order;

/// An operation that fits into no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Violation {
    pub operation: Operation,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It saw a version older than one that was answered before it was sent.
    Stale { floor: u64 },
    /// The version that it was decided on refuses it.
    Unlawful,
    /// No version that it may have seen refuses it.
    Groundless { floor: u64 },
    /// It holds a version of the stream that another holds too.
    Overlap(Key),
    /// It was answered with a version that the stream never reached.
    Beyond { end: u64 },
    /// It was refused, although it was known to have taken effect.
    Forgotten,
}

/// What a stream went through, by version.
pub(crate) trait Stream {
    /// Its last version.
    fn end(&self) -> u64;
    /// Whether the order is refused at this version.
    fn refuses(&self, order: Order, version: u64) -> bool;
}

/// What keeps these operations of one stream from having an order.
pub(crate) fn violations(operations: &[Operation], stream: &impl Stream) -> Vec<Violation> {
    let mut found = overlaps(operations);
    // The latest version that was answered so far, and what it was when each was sent that is not answered yet.
    let (mut floor, mut floors) = (0, BTreeMap::new());
    for (_, step, index) in steps(operations) {
        let Some(operation) = operations.get(index).copied() else {
            continue;
        };
        let ended = match step {
            Step::Sent => floors.insert(index, floor).map(Ok),
            Step::Answered => floors
                .remove(&index)
                .map(|seen| settle(&operation, seen, stream)),
        };
        match ended {
            Some(Ok(version)) => floor = floor.max(version),
            Some(Err(why)) => found.push(Violation { operation, why }),
            None => {}
        }
    }
    // Those without an answer were sent after something all the same.
    found.extend(floors.into_iter().filter_map(|(index, seen)| {
        let operation = *operations.get(index)?;
        let why = settle(&operation, seen, stream).err()?;
        Some(Violation { operation, why })
    }));
    found
}

/// What happens to an operation. At one instant sending comes first: then the two overlap.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Sent,
    Answered,
}

fn steps(operations: &[Operation]) -> Vec<(Instant, Step, usize)> {
    let numbered = operations.iter().enumerate();
    let mut steps: Vec<_> = numbered
        .flat_map(|(index, operation)| {
            let answered = operation.answered.map(|at| (at, Step::Answered, index));
            [(operation.sent, Step::Sent, index)]
                .into_iter()
                .chain(answered)
        })
        .collect();
    steps.sort_unstable();
    steps
}

/// The version at which an operation took place, which whatever is sent after its answer must see.
fn settle(operation: &Operation, floor: u64, stream: &impl Stream) -> Result<u64, Why> {
    let (order, end) = (operation.order, stream.end());
    match operation.end {
        End::Took { version, .. } if version > end => Err(Why::Beyond { end }),
        End::Took { version, events } if version < floor + events => Err(Why::Stale { floor }),
        End::Took { version, events } if stream.refuses(order, version - events) => {
            Err(Why::Unlawful)
        }
        End::Took { version, .. } => Ok(version),
        // The earliest leaves the most room to those after it.
        End::Refused => (floor..=end)
            .find(|version| stream.refuses(order, *version))
            .ok_or(Why::Groundless { floor }),
        End::Forgotten => Err(Why::Forgotten),
    }
}

fn overlaps(operations: &[Operation]) -> Vec<Violation> {
    let mut written: Vec<_> = operations
        .iter()
        .filter_map(|operation| match operation.end {
            End::Took { version, events } if events > 0 => Some((version, events, operation)),
            _ => None,
        })
        .collect();
    written.sort_unstable_by_key(|(version, ..)| *version);
    let pairs = written.iter().zip(written.iter().skip(1));
    pairs
        .filter(|((before, ..), (version, events, _))| version.saturating_sub(*events) < *before)
        .map(|((.., one), (.., other))| Violation {
            operation: **other,
            why: Why::Overlap(one.key),
        })
        .collect()
}

#[cfg(test)]
mod tests;
