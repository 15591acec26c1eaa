//! What is said of one command, and the operations that come of it.

use uuid::Uuid;

use super::*;

const ACK: Ack = Ack {
    version: 4,
    position: 9,
    events: 2,
    duplicate: false,
};
const AGAIN: Ack = Ack {
    duplicate: true,
    ..ACK
};
const TOOK: End = End::Took {
    version: 4,
    events: 2,
};

/// The windows and ends that come of what was said of one command, by whom.
fn read(said: &[(u32, Option<Answer>)]) -> Vec<(u64, Option<u64>, End)> {
    let records = (1..).zip(said).map(|(at, (by, answer))| Record {
        at: Instant(at),
        by: *by,
        key: Key {
            id: Uuid::nil(),
            account: 0,
        },
        said: answer.map_or(Said::Sent(Order::Open), Said::Answered),
    });
    let told = operations(&records.collect::<Vec<_>>(), |_| Some(TOOK));
    let window = |operation: Operation| {
        let answered = operation.answered.map(|at| at.0);
        (operation.sent.0, answered, operation.end)
    };
    told.into_iter().map(window).collect()
}

#[test]
fn an_answer_ends_the_window() {
    assert_eq!(
        read(&[(1, None), (1, Some(Answer::Acked(ACK)))]),
        [(1, Some(2), TOOK)]
    );
}

#[test]
fn what_is_never_answered_has_no_end() {
    assert_eq!(read(&[(1, None)]), [(1, None, TOOK)]);
    assert_eq!(
        read(&[(1, None), (1, Some(Answer::Unknown))]),
        [(1, None, TOOK)]
    );
}

#[test]
fn a_lost_answer_leaves_the_window_open_for_the_retry() {
    let said = [(1, None), (2, None), (2, Some(Answer::Acked(AGAIN)))];
    assert_eq!(read(&said), [(1, Some(3), TOOK)]);
}

#[test]
fn what_was_refused_for_good_does_not_open_the_window() {
    for no in [Answer::Rejected, Answer::NotTaken] {
        let said = [
            (1, None),
            (1, Some(no)),
            (1, None),
            (1, Some(Answer::Acked(ACK))),
        ];
        assert_eq!(read(&said).last(), Some(&(3, Some(4), TOOK)));
    }
}

#[test]
fn the_first_answer_of_several_counts() {
    let acked = Some(Answer::Acked(ACK));
    let again = Some(Answer::Acked(AGAIN));
    let said = [(1, None), (2, None), (2, again), (1, acked)];
    assert_eq!(read(&said), [(1, Some(3), TOOK)]);
}

#[test]
fn a_refusal_of_what_was_acknowledged_is_told() {
    let acked = Some(Answer::Acked(ACK));
    let said = [
        (1, None),
        (1, acked),
        (2, None),
        (2, Some(Answer::Rejected)),
    ];
    assert_eq!(read(&said).first(), Some(&(3, Some(4), End::Forgotten)));
}
