//! The checker, on histories that have an order and on histories that have none.

use uuid::Uuid;

use super::*;

/// The balance at each version, from 0 on.
struct Balances(&'static [u64]);

impl Stream for Balances {
    fn end(&self) -> u64 {
        self.0.len() as u64 - 1
    }

    fn refuses(&self, order: Order, version: u64) -> bool {
        let balance = usize::try_from(version)
            .ok()
            .and_then(|version| self.0.get(version));
        matches!(order, Order::Exchange(cents) if balance.is_some_and(|held| cents > *held))
    }
}

/// One deposit, a withdrawal of half of it, and nothing else.
const STREAM: Balances = Balances(&[0, 10, 5]);

fn operation(order: Order, window: (u64, u64), end: End) -> Operation {
    let (sent, answered) = window;
    Operation {
        key: Key {
            id: Uuid::from_u64_pair(sent, answered),
            account: 0,
        },
        order,
        sent: Instant(sent),
        answered: Some(Instant(answered)),
        end,
    }
}

fn write(window: (u64, u64), version: u64) -> Operation {
    operation(Order::Deposit(1), window, End::Took { version, events: 1 })
}

fn look(window: (u64, u64), version: u64) -> Operation {
    operation(Order::Look, window, End::Took { version, events: 0 })
}

fn refusal(window: (u64, u64), cents: u64) -> Operation {
    operation(Order::Exchange(cents), window, End::Refused)
}

/// What is found of operations, the same in whatever order they are given.
fn found(operations: &[Operation]) -> Vec<Violation> {
    let found = violations(operations, &STREAM);
    let mut turned = operations.to_vec();
    turned.reverse();
    assert_eq!(violations(&turned, &STREAM).len(), found.len());
    found
}

#[test]
fn one_after_another_is_an_order() {
    let history = [
        look((1, 2), 0),
        write((3, 4), 1),
        look((5, 6), 1),
        write((7, 8), 2),
    ];
    assert_eq!(found(&history), []);
}

#[test]
fn what_overlaps_may_have_any_order() {
    assert_eq!(
        found(&[write((1, 9), 2), write((2, 8), 1), look((3, 7), 0)]),
        []
    );
}

#[test]
fn a_stale_read_is_found() {
    let stale = look((3, 4), 0);
    assert_eq!(
        found(&[write((1, 2), 1), stale]),
        [Violation {
            operation: stale,
            why: Why::Stale { floor: 1 }
        }]
    );
}

#[test]
fn a_read_that_is_older_than_an_earlier_read_is_found() {
    let write = Operation {
        answered: None,
        ..write((1, 1), 1)
    };
    assert!(matches!(
        found(&[write, look((2, 3), 1), look((4, 5), 0)])[..],
        [Violation {
            why: Why::Stale { floor: 1 },
            ..
        }]
    ));
}

#[test]
fn writes_in_the_wrong_order_are_found() {
    let second = write((3, 4), 1);
    assert_eq!(
        found(&[write((1, 2), 2), second]),
        [Violation {
            operation: second,
            why: Why::Stale { floor: 2 }
        }]
    );
}

#[test]
fn an_unanswered_write_that_was_sent_too_late_is_found() {
    let late = Operation {
        answered: None,
        ..write((3, 3), 1)
    };
    assert_eq!(
        found(&[look((1, 2), 1), late]),
        [Violation {
            operation: late,
            why: Why::Stale { floor: 1 }
        }]
    );
}

#[test]
fn two_writes_at_one_version_are_found() {
    let (one, other) = (write((1, 9), 1), write((2, 8), 1));
    assert!(matches!(
        found(&[one, other])[..],
        [Violation {
            why: Why::Overlap(_),
            ..
        }]
    ));
}

#[test]
fn a_lost_write_is_found() {
    let lost = write((1, 2), 3);
    assert_eq!(
        found(&[lost]),
        [Violation {
            operation: lost,
            why: Why::Beyond { end: 2 }
        }]
    );
}

#[test]
fn a_refusal_is_right_at_some_version_of_its_window() {
    // Of 7 cents, versions 0 and 2 refuse it, version 1 does not.
    assert_eq!(found(&[look((1, 2), 1), refusal((3, 4), 7)]), []);
    assert_eq!(found(&[refusal((1, 2), 7), write((3, 4), 1)]), []);
}

#[test]
fn a_refusal_without_a_reason_is_found() {
    let groundless = refusal((1, 2), 0);
    assert_eq!(
        found(&[groundless]),
        [Violation {
            operation: groundless,
            why: Why::Groundless { floor: 0 }
        }]
    );
}

#[test]
fn a_write_that_its_version_refuses_is_found() {
    let took = End::Took {
        version: 1,
        events: 1,
    };
    let unlawful = operation(Order::Exchange(5), (1, 2), took);
    assert_eq!(
        found(&[unlawful]),
        [Violation {
            operation: unlawful,
            why: Why::Unlawful
        }]
    );
}

#[test]
fn a_refusal_counts_as_a_read() {
    // After version 1 only version 2 refuses it; so the write of version 2 cannot be sent after that.
    let late = write((5, 6), 2);
    assert_eq!(
        found(&[look((1, 2), 1), refusal((3, 4), 7), late]),
        [Violation {
            operation: late,
            why: Why::Stale { floor: 2 }
        }]
    );
}

#[test]
fn a_refusal_of_what_took_effect_is_found() {
    let forgotten = operation(Order::Deposit(1), (3, 4), End::Forgotten);
    assert_eq!(
        found(&[write((1, 2), 1), forgotten]),
        [Violation {
            operation: forgotten,
            why: Why::Forgotten
        }]
    );
}
