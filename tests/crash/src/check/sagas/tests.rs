//! Logs with something wrong, and what is found of each.

use super::*;

const ASKED: &str = r#"{"from":1,"to":2,"cents":5}"#;
const MOVED: &str = r#"{"transfer":"t","cents":5}"#;
const DUE: i64 = 100;

/// An event, what is stored of it, and the attempt that caused it.
type Happened = (&'static str, &'static str, &'static str);

const REQUESTED: Happened = ("Transfer/t TransferRequested", ASKED, "");
const STARTED: Happened = ("MoveMoney/t SagaStarted", r#"{"by":2}"#, "");
const DEBITED: Happened = ("Wallet/1 Debited", MOVED, "debit 1");
const CREDITED: Happened = ("Wallet/2 Credited", MOVED, "credit 1");
const REFUNDED: Happened = ("Wallet/1 Refunded", MOVED, "refund 1");
const COMPLETED: Happened = ("Transfer/t TransferCompleted", "{}", "completed 1");
const CANCELLED: Happened = ("Transfer/t TransferCancelled", "{}", "failed 1");
const ENDED: Happened = ("MoveMoney/t SagaEnded", r#"{"completed":true}"#, "");
const UNDONE: Happened = ("MoveMoney/t SagaEnded", r#"{"completed":false}"#, "");

macro_rules! of {
    ($event:literal, $part:expr, $rest:literal) => {
        (
            concat!("MoveMoney/t ", $event),
            concat!(r#"{"part":"#, $part, r#","attempt":1"#, $rest, "}"),
            "",
        )
    };
}

const SENT_DEBIT: Happened = of!("SagaSent", r#"{"step":"debit"}"#, r#","commit":"debit 1""#);
const SENT_CREDIT: Happened = of!(
    "SagaSent",
    r#"{"step":"credit"}"#,
    r#","due":100,"commit":"credit 1""#
);
const SENT_REFUND: Happened = of!("SagaSent", r#"{"undo":"debit"}"#, r#","commit":"refund 1""#);
const SENT_COMPLETED: Happened = of!("SagaSent", r#""completed""#, r#","commit":"completed 1""#);
const SENT_FAILED: Happened = of!("SagaSent", r#""failed""#, r#","commit":"failed 1""#);
const DEBIT_DONE: Happened = of!("SagaAccepted", r#"{"step":"debit"}"#, "");
const CREDIT_DONE: Happened = of!("SagaAccepted", r#"{"step":"credit"}"#, "");
const CREDIT_LATE: Happened = of!("SagaTimedOut", r#"{"step":"credit"}"#, "");
const REFUND_DONE: Happened = of!("SagaAccepted", r#"{"undo":"debit"}"#, "");
const COMPLETED_DONE: Happened = of!("SagaAccepted", r#""completed""#, "");
const FAILED_DONE: Happened = of!("SagaAccepted", r#""failed""#, "");

const BEGINNING: [Happened; 6] = [
    ("Wallet/1 Funded", r#"{"cents":9}"#, ""),
    REQUESTED,
    STARTED,
    SENT_DEBIT,
    DEBITED,
    DEBIT_DONE,
];
const DONE: [Happened; 7] = [
    SENT_CREDIT,
    CREDITED,
    CREDIT_DONE,
    SENT_COMPLETED,
    COMPLETED,
    COMPLETED_DONE,
    ENDED,
];
const PUT_BACK: [Happened; 9] = [
    SENT_CREDIT,
    CREDIT_LATE,
    SENT_REFUND,
    REFUNDED,
    REFUND_DONE,
    SENT_FAILED,
    CANCELLED,
    FAILED_DONE,
    UNDONE,
];

/// What is found of a log that goes on so after its beginning, and ends there.
fn found(rest: &[Happened]) -> Vec<Check> {
    found_at(rest, DUE)
}

fn found_at(rest: &[Happened], recorded_at: i64) -> Vec<Check> {
    let (mut sagas, mut tally) = (Sagas::default(), Tally::default());
    for (position, (event, payload, by)) in (1..).zip(BEGINNING.iter().chain(rest)) {
        let (stream, name) = event.split_once(' ').unwrap();
        let row = LogRow {
            position,
            stream: stream.to_owned(),
            name: name.to_owned(),
            payload: (*payload).to_owned(),
            causation: Some((*by).to_owned()),
            recorded_at,
        };
        sagas.take(&row, &mut tally).unwrap();
    }
    sagas.compare_ends(&mut tally);
    tally.findings.iter().map(|finding| finding.check).collect()
}

/// These, without the one at an index.
fn without(all: &[Happened], index: usize) -> Vec<Happened> {
    let mut rest = all.to_vec();
    rest.remove(index);
    rest
}

/// These, and one more before that at an index.
fn with(all: &[Happened], index: usize, more: Happened) -> Vec<Happened> {
    let mut rest = all.to_vec();
    rest.insert(index, more);
    rest
}

#[test]
fn both_ends_of_a_saga_are_right() {
    assert_eq!(found(&DONE), []);
    assert_eq!(found(&PUT_BACK), []);
}

#[test]
fn a_saga_that_does_not_end_is_found() {
    assert_eq!(found(&DONE[..6]), [Check::Ended]);
    let stuck = ("MoveMoney/t SagaStuck", "{}", "");
    assert_eq!(found(&with(&DONE[..6], 6, stuck)), [Check::Ended]);
}

#[test]
fn a_transfer_without_its_saga_is_found() {
    let other = ("Transfer/u TransferRequested", ASKED, "");
    let found = found(&with(&DONE, 7, other));
    assert_eq!(found, [Check::Started, Check::Ended]);
}

#[test]
fn a_saga_that_starts_twice_is_found() {
    assert_eq!(
        found(&with(&DONE, 0, STARTED)),
        [Check::Started, Check::Started]
    );
}

#[test]
fn a_credit_twice_is_found() {
    let found = found(&with(&DONE, 2, CREDITED));
    assert!(found.contains(&Check::Attempt), "{found:?}");
    assert!(found.contains(&Check::Moved), "{found:?}");
    assert!(found.contains(&Check::Outcome), "{found:?}");
}

#[test]
fn a_credit_after_its_time_is_found() {
    let found = found(&with(&PUT_BACK, 4, CREDITED));
    assert!(found.contains(&Check::Attempt), "{found:?}");
    assert!(found.contains(&Check::Moved), "{found:?}");
}

#[test]
fn a_credit_that_is_told_to_be_late_is_found() {
    let found = found(&with(&PUT_BACK, 1, CREDITED));
    assert!(found.contains(&Check::Attempt), "{found:?}");
    assert!(found.contains(&Check::Moved), "{found:?}");
}

#[test]
fn an_effect_that_is_not_there_is_found() {
    let found = found(&without(&DONE, 1));
    assert_eq!(found, [Check::Attempt, Check::Outcome]);
}

#[test]
fn an_effect_that_was_not_recorded_is_found() {
    let found = found(&without(&DONE, 0));
    assert!(found.contains(&Check::Attempt), "{found:?}");
}

#[test]
fn an_attempt_that_is_recorded_twice_is_found() {
    assert_eq!(found(&with(&DONE, 1, SENT_CREDIT)), [Check::Attempt]);
}

#[test]
fn an_end_that_is_not_what_happened_is_found() {
    let mut told_wrongly = DONE;
    told_wrongly[6] = UNDONE;
    assert_eq!(found(&told_wrongly), [Check::Outcome]);
}

#[test]
fn what_comes_after_the_end_is_found() {
    assert_eq!(found(&with(&DONE, 7, SENT_REFUND)), [Check::Outcome]);
}

#[test]
fn another_amount_is_found() {
    let mut other = DONE;
    other[1].1 = r#"{"transfer":"t","cents":4}"#;
    let found = found(&other);
    assert!(found.contains(&Check::Attempt), "{found:?}");
    assert!(found.contains(&Check::Moved), "{found:?}");
}

#[test]
fn a_deadline_before_its_time_is_found() {
    assert_eq!(found_at(&PUT_BACK, DUE - 1), [Check::Early]);
}
