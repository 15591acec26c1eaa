//! Expected versions and positions.

use crate::store::Outcome;

use super::Harness;
use super::subject::{REFUSED, Subject, commit, holds, same, stream, written};

/// A commit is written only on the version that its stream has: not on an older one, nor on one that it has not reached.
///
/// # Panics
/// If the store breaks this.
pub async fn versions_must_be_the_streams_own(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    let rule = "a commit is written if its expected version is the stream's";
    same(
        rule,
        store.append(&[commit(&alice, 0, 2)]).await,
        vec![written(2)],
    );
    for events in [0, 1, 3] {
        for wrong in [0, 1, 3, 8, 1 << 40, (1 << 63) - 1, 1 << 63, u64::MAX] {
            let rule = format!("{events} events on version {wrong} of a stream at 2 are refused");
            same(
                &rule,
                store.append(&[commit(&alice, wrong, events)]).await,
                vec![REFUSED],
            );
            let rule = format!("{events} events on version {wrong} of no stream are refused");
            if wrong > 0 {
                same(
                    &rule,
                    store.append(&[commit(&bob, wrong, events)]).await,
                    vec![REFUSED],
                );
            }
        }
    }
    let refused = commit(&alice, 8, 1);
    store.append(std::slice::from_ref(&refused)).await;
    let found = store.lookup(&refused).await;
    same("a refused command id is not recorded", found.known, None);
    same(
        "a refused commit writes nothing",
        (found.version, store.log(0).await.len()),
        (2, 2),
    );
}

/// Positions go 1, 2, 3 over all streams, and versions within each, in the order of the batches and of the commits.
///
/// # Panics
/// If the store breaks this.
pub async fn positions_have_no_holes(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let (alice, bob) = (stream("alice"), stream("bob"));
    same(
        "an empty batch has no outcomes",
        store.append(&[]).await,
        Vec::<Outcome>::new(),
    );
    let batch = [
        commit(&alice, 0, 2),
        commit(&bob, 0, 1),
        commit(&alice, 2, 0),
        commit(&alice, 2, 3),
    ];
    let rule = "a commit's position is that of the event at the stream's new version";
    let wanted = [2, 3, 2, 6].map(written).to_vec();
    same(rule, store.append(&batch).await, wanted);
    store
        .append(&[commit(&bob, 9, 5), commit(&alice, 0, 1)])
        .await;
    same(
        "a refused commit takes no position",
        store.append(&[commit(&bob, 1, 1)]).await,
        vec![written(7)],
    );

    let events = store.log(0).await;
    let found: Vec<_> = events
        .iter()
        .map(|event| (event.position, event.version))
        .collect();
    let wanted = vec![(1, 1), (2, 2), (3, 1), (4, 3), (5, 4), (6, 5), (7, 2)];
    same(
        "positions and versions go up by one, in the order of commits",
        found,
        wanted,
    );
    let ids: Vec<_> = events.iter().map(|event| event.meta.command_id).collect();
    let [first, second, _, third] = batch.map(|commit| commit.meta.command_id);
    let held = ids.get(..6) == Some(&[first, first, second, third, third, third]);
    holds("the events of a commit stand side by side", held);

    let many: Vec<_> = (0..3_000)
        .map(|number| commit(&stream(&format!("many-{number}")), 0, 1))
        .collect();
    let wanted: Vec<_> = (8..3_008).map(written).collect();
    same(
        "a batch may have thousands of commits",
        store.append(&many).await,
        wanted,
    );
    same(
        "a commit may have thousands of events",
        store.append(&[commit(&alice, 5, 5_000)]).await,
        vec![written(8_007)],
    );
    let versions: Vec<_> = store
        .stream(&alice)
        .await
        .iter()
        .map(|event| event.version)
        .collect();
    same(
        "versions go up by one over pages",
        versions,
        (1..=5_005).collect(),
    );
}
