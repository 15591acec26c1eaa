//! How generations come and go.

use crate::store::views::{Control, Generation, Stage};

use super::super::Harness;
use super::super::subject::{Subject, commit, holds, same, stream};
use super::subject::{Views, batch, declaration, documents, entry, parked};

/// The head is the position of the log's last event.
///
/// # Panics
/// If the store breaks this.
pub async fn the_head_is_the_end_of_the_log(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    same("the head of an empty log is 0", here.head().await, 0);
    let writer = Subject(here.0.clone());
    writer
        .write(&[commit(&stream("a"), 0, 3), commit(&stream("b"), 0, 0)])
        .await;
    same("the head is the last position", here.head().await, 3);
    same("the head is the same on each handle", there.head().await, 3);
}

/// Whoever declares the same gets the same generation, also at the same moment.
///
/// # Panics
/// If the store breaks this.
pub async fn a_declaration_is_one_generation(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    same("there is none at first", here.generations().await, vec![]);
    let first = here.declare(&declaration("Statement", 1)).await;
    same(
        "a declaration makes a generation",
        first.clone(),
        fresh(1, "Statement", 1),
    );
    same(
        "who declares again gets it",
        there.declare(&declaration("Statement", 1)).await,
        first,
    );
    let mut changed = declaration("Statement", 1);
    changed.fingerprint = 5;
    changed.indexes = String::new();
    let rule = "it is what it was declared as, whatever is declared later";
    same(rule, here.declare(&changed).await, fresh(1, "Statement", 1));

    for (id, projection, version) in [(2, "Statement", 2), (3, "statement", 2), (4, "", u32::MAX)] {
        let made = there.declare(&declaration(projection, version)).await;
        let rule = "each projection and version has one of its own";
        same(rule, made, fresh(id, projection, version));
    }
    at_once(&here, &there, 5, |views, version| async move {
        views.declare(&declaration("Statement", version)).await
    })
    .await;
    let all = here.generations().await;
    let ids: Vec<_> = all.iter().map(|generation| generation.id).collect();
    same(
        "all are listed, oldest first",
        ids,
        (1..=all.len() as u64).collect(),
    );
    same("all handles list the same", there.generations().await, all);
}

fn fresh(id: u64, projection: &str, version: u32) -> Generation {
    Generation {
        id,
        declaration: declaration(projection, version),
        stage: Stage::Building,
        paused: false,
        position: 0,
        token: 0,
        owner: None,
        fault: None,
    }
}

/// Eight ask for the same version at once, on two handles, ten times.
async fn at_once<F>(here: &Views, there: &Views, first_id: u64, ask: impl Fn(Views, u32) -> F)
where
    F: Future<Output = Generation> + Send + 'static,
{
    for round in 0..10 {
        let version = 100 + round;
        let handles = [here, there].into_iter().cycle().take(8).cloned();
        let asking: Vec<_> = handles
            .map(|handle| tokio::spawn(ask(handle, version)))
            .collect();
        for asked in asking {
            let wanted = fresh(first_id + u64::from(round), "Statement", version);
            let rule = "those who ask at the same moment get the same generation";
            same(rule, asked.await.ok(), Some(wanted));
        }
    }
}

/// A rebuild makes a generation beside the one that is ready, and one only while it is being built.
///
/// # Panics
/// If the store breaks this.
pub async fn a_rebuild_is_one_generation(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let statement = declaration("Statement", 1);
    let first = here.rebuild(&statement).await;
    same(
        "a rebuild of nothing makes a generation",
        first.clone(),
        fresh(1, "Statement", 1),
    );
    same(
        "what is being built is declared",
        there.declare(&statement).await,
        first.clone(),
    );
    same(
        "a rebuild gives what is being built",
        there.rebuild(&statement).await,
        first,
    );
    let held = here.hold(1).await;
    here.make_ready(&held).await;
    same(
        "what is ready is declared",
        here.declare(&statement).await.id,
        1,
    );
    let second = there.rebuild(&statement).await;
    same(
        "a rebuild makes one beside the ready one",
        second,
        fresh(2, "Statement", 1),
    );
    same(
        "the newest is declared",
        here.declare(&statement).await.id,
        2,
    );
    holds(
        "what is being built may be dropped",
        here.control(2, Control::Drop).await,
    );
    same(
        "what is dropped is not declared",
        here.declare(&statement).await.id,
        1,
    );
    same(
        "a rebuild gives none that is dropped",
        here.rebuild(&statement).await.id,
        3,
    );
    at_once(&here, &there, 4, |views, version| async move {
        views.rebuild(&declaration("Statement", version)).await
    })
    .await;
}

/// A dropped generation is deleted in steps, all that is kept of it, and nothing of others; its number is never given
/// again.
///
/// # Panics
/// If the store breaks this.
pub async fn dropped_generations_are_swept(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let mut kept = store.held("Kept", 1).await;
    let mut swept = store.held("Swept", 1).await;
    for held in [&mut kept, &mut swept] {
        let numbered = |number: u32| (format!("key {number}"), format!("[{number}]"));
        let mut all = batch(held, 1);
        all.upserts = documents((0..10).map(numbered));
        all.new_entries = (0..2)
            .flat_map(|index| (0..10).map(move |key| entry(index, b"v", &format!("key {key}"))))
            .collect();
        all.parked = vec![
            parked("key 3", 1, Some("no")),
            parked("key 4", 1, Some("no")),
        ];
        store.fold(held, all).await;
    }
    let keys = ["key 0".to_owned(), "key 9".to_owned()];
    let before = (
        store.documents(kept.id, &keys).await,
        store.parked(kept.id, None, 9).await,
    );
    same(
        "what is not dropped is not swept",
        store.sweep(swept.id, 100).await,
        false,
    );
    same(
        "what is not dropped is not swept",
        store.documents(swept.id, &keys).await,
        before.0.clone(),
    );
    holds(
        "what is being built is dropped",
        store.control(swept.id, Control::Drop).await,
    );
    same(
        "a step deletes no more than it is to",
        store.sweep(swept.id, 4).await,
        false,
    );
    store.sweep_away(swept.id, 4).await;
    holds("what is gone is gone", store.sweep(swept.id, 4).await);
    holds("what was never there is gone", store.sweep(77, 4).await);
    same(
        "the generation itself is gone",
        store.generations().await,
        vec![kept.clone()],
    );
    same(
        "its documents are gone",
        store.documents(swept.id, &keys).await,
        vec![None, None],
    );
    same(
        "its parked events are gone",
        store.parked(swept.id, None, 9).await,
        vec![],
    );
    let after = (
        store.documents(kept.id, &keys).await,
        store.parked(kept.id, None, 9).await,
    );
    same("nothing of others is gone", after, before);
    let next = store.declare(&declaration("Swept", 1)).await;
    same("a number is not given again", next.id, swept.id + 1);
}
