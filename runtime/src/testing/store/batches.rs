//! Batches of which not all can be written.

use crate::store::{Outcome, Recording};

use super::Harness;
use super::subject::{REFUSED, Subject, commit, same, stream, under_id_of, written};

/// What stands against one commit of a batch leaves those of other streams alone.
///
/// # Panics
/// If the store breaks this.
pub async fn a_bad_commit_fails_no_other(harness: &impl Harness) {
    let streams: Vec<_> = (0..5).map(|number| stream(&format!("{number}"))).collect();
    for bad in 0..streams.len() {
        let (store, _log) = Subject::fresh(harness).await;
        let mut batch: Vec<_> = streams.iter().map(|stream| commit(stream, 0, 2)).collect();
        if let Some(commit) = batch.get_mut(bad) {
            commit.expected = 1;
        }
        let outcomes = store.append(&batch).await;
        let place = |number: usize| (number - usize::from(number > bad)) as u64;
        let outcome = |number| {
            if number == bad {
                REFUSED
            } else {
                written(place(number) * 2 + 2)
            }
        };
        let rule = format!("only commit {bad} of a batch is refused, and it takes no positions");
        same(&rule, outcomes, (0..streams.len()).map(outcome).collect());
        same(
            "no part of a refused commit is written",
            store.log(0).await.len(),
            8,
        );
        for (number, commit) in batch.iter().enumerate() {
            let recorded = store.lookup(commit).await.known.is_some();
            same(
                "the ids of written commits are recorded, no others",
                recorded,
                number != bad,
            );
        }
    }
}

/// Once a commit of a stream was not written, what was decided on its events is refused, even where the version fits.
///
/// # Panics
/// If the store breaks this.
pub async fn what_was_decided_on_unwritten_events_is_refused(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    // Another process wrote the second event of this stream.
    let theirs = commit(&alice, 1, 1);
    store.write(&[commit(&alice, 0, 1), theirs.clone()]).await;

    let rule = "what follows a refused commit of its stream is refused, though the version is the stream's";
    let batch = [
        commit(&alice, 1, 1),
        commit(&bob, 0, 1),
        commit(&alice, 2, 1),
        commit(&alice, 2, 0),
    ];
    same(
        rule,
        store.append(&batch).await,
        vec![REFUSED, written(3), REFUSED, REFUSED],
    );

    let known = Outcome::Known(Recording {
        version: 2,
        position: 2,
        events: 1,
        digest: Some(7),
    });
    let rule = "what follows a known commit that holds events is refused, though the version is the stream's";
    let retry = under_id_of(commit(&alice, 1, 1), &theirs);
    let batch = [retry.clone(), commit(&alice, 2, 1), commit(&bob, 1, 1)];
    same(
        rule,
        store.append(&batch).await,
        vec![known.clone(), REFUSED, written(4)],
    );

    let rule = "a known commit without events stands in nobody's way";
    let empty = under_id_of(commit(&alice, 2, 0), &theirs);
    let batch = [empty, commit(&alice, 2, 1)];
    same(
        rule,
        store.append(&batch).await,
        vec![known.clone(), written(5)],
    );

    let rule = "a known id is known also behind a refused commit of its stream";
    let batch = [commit(&alice, 1, 1), retry, commit(&alice, 3, 1)];
    same(
        rule,
        store.append(&batch).await,
        vec![REFUSED, known, REFUSED],
    );

    let rule = "commits are judged in their order, not in that of their versions";
    let batch = [commit(&alice, 4, 1), commit(&alice, 3, 1)];
    same(rule, store.append(&batch).await, vec![REFUSED, REFUSED]);
    same(
        "nothing of all this is written",
        store.stream(&alice).await.len(),
        3,
    );
    same(
        "the next batch begins anew",
        store.append(&[commit(&alice, 3, 1)]).await,
        vec![written(6)],
    );
}
