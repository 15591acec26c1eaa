//! Command ids.

use crate::store::{Outcome, Recording};

use super::Harness;
use super::subject::{Subject, commit, same, stream, under_id_of, written};

/// A command id takes effect once in a stream, whatever else is under it later.
///
/// # Panics
/// If the store breaks this.
pub async fn a_command_id_takes_effect_once(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    let mut first = commit(&alice, 0, 2);
    first.digest = Some(i64::MIN);
    store
        .write(&[commit(&bob, 0, 1), first.clone(), commit(&alice, 2, 1)])
        .await;
    let recording = Recording {
        version: 2,
        position: 3,
        events: 2,
        digest: Some(i64::MIN),
    };
    let known = vec![Outcome::Known(recording)];

    let rule = "a command id that is recorded is known, with what was recorded first";
    same(
        rule,
        store.append(std::slice::from_ref(&first)).await,
        known.clone(),
    );
    for (expected, events) in [(3, 1), (3, 0), (0, 1), (99, 4), (u64::MAX, 1)] {
        let again = under_id_of(commit(&alice, expected, events), &first);
        let rule = format!("a known id is known also on version {expected} with {events} events");
        same(&rule, store.append(&[again]).await, known.clone());
    }
    same(
        "`lookup` finds a recorded id",
        store.lookup(&first).await.known,
        Some(recording),
    );

    let elsewhere = under_id_of(commit(&bob, 1, 1), &first);
    same(
        "one id may be used for two streams",
        store.append(&[elsewhere]).await,
        vec![written(5)],
    );
    same("a known commit writes nothing", store.log(0).await.len(), 5);

    let new = commit(&alice, 3, 1);
    let twice = [new.clone(), under_id_of(commit(&alice, 4, 1), &new)];
    let recording = Recording {
        version: 4,
        position: 6,
        events: 1,
        digest: Some(7),
    };
    let rule = "the second of two commits with one id in a batch is known";
    same(
        rule,
        store.append(&twice).await,
        vec![written(6), Outcome::Known(recording)],
    );
}

/// The id of a commit without events is recorded, and the commit stands on a version like any other.
///
/// # Panics
/// If the store breaks this.
pub async fn commits_without_events_are_recorded(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let (early, late) = (commit(&alice, 0, 0), commit(&alice, 2, 0));
    let rule = "a commit without events on no stream is written, at position 0";
    same(
        rule,
        store.append(std::slice::from_ref(&early)).await,
        vec![written(0)],
    );
    store
        .write(&[commit(&stream("bob"), 0, 3), commit(&alice, 0, 2)])
        .await;
    let rule = "a commit without events stands at the position of the stream's last event";
    same(
        rule,
        store.append(std::slice::from_ref(&late)).await,
        vec![written(5)],
    );
    store.write(&[commit(&alice, 2, 1)]).await;

    let recorded = |version, position| Recording {
        version,
        position,
        events: 0,
        digest: Some(7),
    };
    let rule = "a retry of a commit without events is known, as it was";
    let retries = [late.clone(), early.clone()];
    let wanted = [recorded(2, 5), recorded(0, 0)]
        .map(Outcome::Known)
        .to_vec();
    same(rule, store.append(&retries).await, wanted);
    same(
        "`lookup` finds it",
        store.lookup(&early).await.known,
        Some(recorded(0, 0)),
    );
    same(
        "`lookup` says where the stream stands now",
        store.lookup(&late).await.version,
        3,
    );

    let batch = [
        commit(&alice, 3, 0),
        commit(&alice, 3, 1),
        commit(&alice, 3, 0),
        commit(&alice, 4, 0),
    ];
    let rule =
        "a commit without events sees the commits before it in its batch, not those after it";
    let wanted = vec![written(6), written(7), Outcome::Refused, Outcome::Refused];
    same(rule, store.append(&batch).await, wanted);
    let batch = [commit(&alice, 4, 1), commit(&alice, 5, 0)];
    same(
        rule,
        store.append(&batch).await,
        vec![written(8), written(8)],
    );
}
