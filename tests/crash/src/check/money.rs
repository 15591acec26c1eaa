//! Money is never made and never lost, however little of the log one has read.

use std::collections::HashMap;

use uuid::Uuid;

use super::image::Image;
use super::{Check, Tally};
use crate::ledger::Ledger;
use crate::line::Key;
use crate::order::Order;

/// Adds up, commit by commit: what the accounts hold and what is under way between two of them is what came from outside.
/// Ends at the first commit after which it is not: what comes after it says nothing new.
pub(crate) fn compare_money(ledger: &Ledger, image: &Image, tally: &mut Tally) {
    let mut books = Books::default();
    for commit in image.log.chunk_by(|one, next| one.key == next.key) {
        let Some(key) = commit.first().map(|entry| entry.key) else {
            continue;
        };
        books.held += commit.iter().map(|entry| entry.delta).sum::<i64>();
        if let Some(entry) = ledger.get(key) {
            books.enter(key, entry.order);
        }
        let even = books.are_even();
        tally.hold(Check::Money, even, || format!("after {key}: {books:?}"));
        if !even {
            return;
        }
    }
}

/// The sums so far.
#[derive(Debug, Default)]
struct Books {
    held: i64,
    brought: i64,
    under_way: i64,
    /// Transfers that have left one account and not reached the other.
    open: HashMap<Uuid, u64>,
    /// Money that arrived and had not left.
    unsent: u64,
}

impl Books {
    fn enter(&mut self, key: Key, order: Order) {
        self.brought += order.brings();
        match order {
            Order::Out { cents, .. } => {
                self.under_way += cents.cast_signed();
                self.open.insert(key.id, cents);
            }
            Order::In(cents) => {
                self.under_way -= cents.cast_signed();
                if self.open.remove(&key.id) != Some(cents) {
                    self.unsent += cents;
                }
            }
            _ => {}
        }
    }

    fn are_even(&self) -> bool {
        self.held + self.under_way == self.brought && self.unsent == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: Order = Order::Out { cents: 5, to: 2 };

    fn after(orders: &[(u128, Order, i64)]) -> bool {
        let mut books = Books::default();
        for (id, order, cents) in orders {
            books.held += cents;
            let id = Uuid::from_u128(*id);
            books.enter(Key { id, account: 1 }, *order);
        }
        books.are_even()
    }

    #[test]
    fn money_under_way_is_not_lost() {
        let deposit = (1, Order::Deposit(9), 9);
        assert!(after(&[deposit]));
        assert!(after(&[deposit, (2, OUT, -5)]));
        assert!(after(&[deposit, (2, OUT, -5), (2, Order::In(5), 5)]));
    }

    #[test]
    fn money_from_nowhere_is_found() {
        let deposit = (1, Order::Deposit(9), 9);
        assert!(!after(&[deposit, (2, Order::In(5), 5)]));
        assert!(!after(&[deposit, (2, OUT, -5), (3, Order::In(5), 5)]));
        assert!(!after(&[(1, Order::Deposit(9), 18)]));
    }

    #[test]
    fn half_an_exchange_is_found() {
        let deposit = (1, Order::Deposit(9), 9);
        assert!(!after(&[deposit, (2, Order::Exchange(5), -5)]));
        assert!(after(&[deposit, (2, Order::Exchange(5), 0)]));
    }
}
