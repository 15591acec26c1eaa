//! The streams as they were answered for, put into the order of time.

use std::collections::BTreeMap;

use super::image::Image;
use super::linear::{Stream, Why, violations};
use super::{Check, Tally};
use crate::history::{End, operations};
use crate::ledger::Ledger;
use crate::line::Key;
use crate::order::Order;

/// Looks for an order of all that was sent, account by account.
pub(crate) fn compare_order(ledger: &Ledger, image: &Image, tally: &mut Tally) {
    let mut accounts = BTreeMap::<u32, Vec<_>>::new();
    let records = ledger.history.in_order();
    for operation in operations(&records, |key| found(image, key)) {
        accounts
            .entry(operation.key.account)
            .or_default()
            .push(operation);
    }
    for (account, operations) in &accounts {
        let stream = Folded {
            image,
            account: *account,
        };
        tally.hold_many(Check::Order, operations.len() as u64);
        for violation in violations(operations, &stream) {
            let check = match violation.why {
                Why::Forgotten => Check::Retry,
                _ => Check::Order,
            };
            tally.find(check, format!("{violation:?}"));
        }
    }
}

/// What the log has of a command that was not answered.
fn found(image: &Image, key: Key) -> Option<End> {
    let traces = image.traces(key);
    let (version, events) = (traces.last()?.version, traces.len() as u64);
    Some(End::Took { version, events })
}

/// An account at all of its versions.
struct Folded<'a> {
    image: &'a Image,
    account: u32,
}

impl Stream for Folded<'_> {
    fn end(&self) -> u64 {
        let state = self.image.state(self.account);
        state.map_or(0, |(_, version)| version)
    }

    fn refuses(&self, order: Order, version: u64) -> bool {
        let state = self.image.state_at(self.account, version);
        order.is_refused(version, state.map_or(0, |state| state.balance))
    }
}
