//! What answers come to.

use uuid::Uuid;

use super::*;

const KEY: Key = Key {
    id: Uuid::nil(),
    account: 1,
};
const AGAIN: Answer = Answer::Acked(Ack {
    version: 1,
    position: 1,
    events: 1,
    duplicate: true,
});

/// What is known of a command that was sent each time that an answer came, and so often more.
fn entry(order: Order, answers: &[Answer], unanswered: usize) -> Entry {
    let mut ledger = Ledger::default();
    for _ in 0..answers.len() + unanswered {
        ledger.sent(1, Instant(1), KEY, order);
    }
    for answer in answers {
        ledger.answered(1, Instant(2), KEY, *answer);
    }
    ledger.get(KEY).unwrap().clone()
}

#[test]
fn a_retry_of_what_never_took_effect_is_a_denial() {
    let deposit = Order::Deposit(5);
    assert!(entry(deposit, &[Answer::NotTaken, AGAIN], 0).is_denied());
    assert!(entry(deposit, &[AGAIN], 0).is_denied());
    assert!(!entry(deposit, &[AGAIN], 1).is_denied());
    assert!(!entry(deposit, &[Answer::Unknown, AGAIN], 0).is_denied());
    assert!(!entry(Order::Look, &[AGAIN], 0).is_denied());
}

#[test]
fn only_what_was_refused_each_time_is_refused() {
    let deposit = Order::Deposit(5);
    assert!(entry(deposit, &[Answer::NotTaken, Answer::Rejected], 0).is_refused());
    assert!(!entry(deposit, &[Answer::NotTaken], 1).is_refused());
    assert!(!entry(deposit, &[Answer::Unknown], 0).is_refused());
}
