//! What a batch changes, and when it changes nothing.

use crate::store::views::{Control, Generation, ViewBatch};

use super::super::Harness;
use super::super::subject::{holds, same};
use super::subject::{Contents, LONG, Views, batch, documents, entry, owner, parked};

fn key(number: usize) -> String {
    format!("key {number}")
}

/// A batch of every kind of change, for a generation that stands at position 5 with what [`filled`] wrote.
fn everything(held: &Generation) -> ViewBatch {
    ViewBatch {
        upserts: documents([("b", "[2]"), ("d", "[4]")]),
        deletes: vec!["a".to_owned(), "never there".to_owned()],
        old_entries: vec![entry(0, b"1", "a"), entry(0, b"1", "b")],
        new_entries: vec![entry(0, b"2", "b"), entry(1, b"", "d")],
        parked: vec![parked("p", 4, None), parked("q", 9, Some("why"))],
        unparked: vec![("p".to_owned(), 3), ("p".to_owned(), 77)],
        ..batch(held, 9)
    }
}

/// A generation that is ready and held, with some of everything in it, at position 5.
async fn filled(store: &Views) -> Generation {
    let mut held = store.held("Statement", 1).await;
    let first = ViewBatch {
        upserts: documents([("a", "[1]"), ("b", "[1]"), ("c", "[1]")]),
        new_entries: vec![
            entry(0, b"1", "a"),
            entry(0, b"1", "b"),
            entry(1, b"1", "c"),
        ],
        parked: vec![parked("p", 3, Some("no"))],
        ..batch(&held, 5)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    held
}

/// Documents, index entries, parked events and the position change together.
///
/// # Panics
/// If the store breaks this.
pub async fn a_batch_is_written_as_a_whole(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let mut held = filled(&here).await;
    let wanted = Contents {
        position: 5,
        documents: documents([("a", "[1]"), ("b", "[1]"), ("c", "[1]")]),
        indexes: [
            documents([("a", "[1]"), ("b", "[1]")]),
            documents([("c", "[1]")]),
        ],
        parked: vec![parked("p", 3, Some("no"))],
    };
    same(
        "a batch writes all of it",
        here.contents(&held).await,
        wanted,
    );
    let second = everything(&held);
    here.fold(&mut held, second).await;
    let wanted = Contents {
        position: 9,
        documents: documents([("b", "[2]"), ("c", "[1]"), ("d", "[4]")]),
        indexes: [
            documents([("b", "[2]")]),
            documents([("d", "[4]"), ("c", "[1]")]),
        ],
        parked: vec![parked("p", 4, None), parked("q", 9, Some("why"))],
    };
    for handle in [&here, &there] {
        let rule = "a batch puts, replaces and takes away what it says, and nothing else";
        same(rule, handle.contents(&held).await, wanted.clone());
    }
    let keys = ["d", "a", "b", "b", ""].map(str::to_owned);
    let found = there.documents(held.id, &keys).await;
    let wanted = [Some("[4]"), None, Some("[2]"), Some("[2]"), None];
    let wanted: Vec<_> = wanted.map(|json| json.map(str::to_owned)).to_vec();
    same("documents come in the order of the keys", found, wanted);
    same(
        "no keys are no documents",
        here.documents(held.id, &[]).await,
        vec![],
    );
    same(
        "what is not there has no documents",
        here.documents(77, &keys[..1]).await,
        vec![None],
    );
    here.move_to(&mut held, 12).await;
    same(
        "a batch may move the position alone",
        here.generation(held.id).await.position,
        12,
    );
    let retried = ViewBatch {
        unparked: vec![("q".to_owned(), 9)],
        ..batch(&held, 12)
    };
    here.fold(&mut held, retried).await;
    let rule = "a batch may leave the position where it is";
    same(
        rule,
        here.contents(&held).await.parked,
        vec![parked("p", 4, None)],
    );
    an_entry_may_go_and_come(&here, &mut held).await;
    generations_are_apart(&here, &held).await;
}

async fn an_entry_may_go_and_come(store: &Views, held: &mut Generation) {
    let kept = ViewBatch {
        old_entries: vec![entry(0, b"2", "b")],
        new_entries: vec![entry(0, b"2", "b"), entry(1, b"", "d")],
        ..batch(held, 13)
    };
    store.fold(held, kept).await;
    let rule = "old entries go before new ones come, and one that is there may come";
    let wanted = [
        documents([("b", "[2]")]),
        documents([("d", "[4]"), ("c", "[1]")]),
    ];
    same(rule, store.contents(held).await.indexes, wanted);
}

async fn generations_are_apart(store: &Views, held: &Generation) {
    let before = store.contents(held).await;
    let mut other = store.held("Other", 1).await;
    let same_keys = ViewBatch {
        upserts: documents([("b", "[5]"), ("x", "[5]")]),
        deletes: vec!["c".to_owned()],
        old_entries: vec![entry(0, b"2", "b")],
        parked: vec![parked("p", 4, Some("other"))],
        ..batch(&other, 1)
    };
    store.fold(&mut other, same_keys).await;
    let unparked = ViewBatch {
        unparked: vec![("p".to_owned(), 4)],
        ..batch(&other, 1)
    };
    store.fold(&mut other, unparked).await;
    same(
        "a batch changes its own generation alone",
        store.contents(held).await,
        before,
    );
}

/// A batch under another token than the last, or from another position, changes nothing.
///
/// # Panics
/// If the store breaks this.
pub async fn a_batch_that_is_fenced_changes_nothing(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let held = filled(&here).await;
    let before = here.contents(&held).await;
    let refused = async |rule: &str, handle: &Views, batch: ViewBatch| {
        same(rule, handle.write(&batch).await, false);
        same(
            &format!("{rule}, and nothing changes"),
            here.contents(&held).await,
            before.clone(),
        );
    };
    for from in [0, 4, 6, 9] {
        let batch = ViewBatch {
            from,
            ..everything(&held)
        };
        refused("a batch from another position is refused", &here, batch).await;
    }
    let again = here.claim(held.id, owner(1), LONG).await;
    holds("an owner may claim again", again.is_some());
    refused(
        "a batch under an older token is refused",
        &here,
        everything(&held),
    )
    .await;
    refused(
        "a batch under an older token is refused",
        &there,
        everything(&held),
    )
    .await;
    let ahead = Generation {
        token: 3,
        ..held.clone()
    };
    refused(
        "a batch under a token that was not given is refused",
        &here,
        everything(&ahead),
    )
    .await;
    let ahead = Generation {
        id: 77,
        ..held.clone()
    };
    refused(
        "a batch of no generation is refused",
        &here,
        everything(&ahead),
    )
    .await;

    let mut built = here.rebuild(&held.declaration).await;
    built = here.hold(built.id).await;
    holds(
        "a rebuild is dropped",
        here.control(built.id, Control::Drop).await,
    );
    same(
        "a dropped generation takes no batch",
        here.write(&batch(&built, 1)).await,
        false,
    );
    let last = Generation {
        token: 2,
        ..held.clone()
    };
    same(
        "a batch under the last token is written",
        there.write(&everything(&last)).await,
        true,
    );
    same(
        "a batch is written once",
        there.write(&everything(&last)).await,
        false,
    );
}

/// Batches of thousands of documents are written whole, and read by thousands of keys.
///
/// # Panics
/// If the store breaks this.
pub async fn large_batches_are_written(harness: &impl Harness) {
    const MANY: usize = 10_000;
    let (store, _log) = Views::fresh(harness).await;
    let mut held = store.held("Statement", 1).await;
    let json = |number: usize| format!("[{number}]");
    let value = |number: usize| (number % 100).to_be_bytes();
    let of = |numbers: &[usize]| ViewBatch {
        upserts: documents(numbers.iter().map(|number| (key(*number), json(*number)))),
        new_entries: numbers
            .iter()
            .map(|n| entry(0, &value(*n), &key(*n)))
            .collect(),
        parked: numbers.iter().map(|n| parked(&key(*n), 1, None)).collect(),
        ..ViewBatch::default()
    };
    let all: Vec<_> = (0..MANY).rev().collect();
    let ViewBatch {
        upserts,
        new_entries,
        parked,
        ..
    } = of(&all);
    let first = ViewBatch {
        upserts,
        new_entries,
        parked,
        ..batch(&held, 1)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    let keys: Vec<_> = (0..2 * MANY).map(key).collect();
    let wanted = |there: &dyn Fn(usize) -> bool| -> Vec<_> {
        (0..2 * MANY).map(|n| there(n).then(|| json(n))).collect()
    };
    let found = store.documents(held.id, &keys).await;
    same(
        "a large batch is written, and read",
        found,
        wanted(&|n| n < MANY),
    );
    let (gone, left): (Vec<_>, Vec<_>) = all.into_iter().partition(|number| number % 3 == 0);
    let taken = of(&gone);
    let second = ViewBatch {
        deletes: gone.iter().copied().map(key).collect(),
        old_entries: taken.new_entries,
        unparked: taken
            .parked
            .iter()
            .map(|event| (event.key.clone(), 1))
            .collect(),
        ..batch(&held, 2)
    };
    store.fold(&mut held, second).await;
    let found = store.documents(held.id, &keys).await;
    let kept = |number| number < MANY && number % 3 != 0;
    same("a large batch takes away", found, wanted(&kept));
    let contents = store.contents(&held).await;
    let [indexed, _] = &contents.indexes;
    let lengths = (
        contents.documents.len(),
        indexed.len(),
        contents.parked.len(),
    );
    same(
        "a large batch takes all away",
        lengths,
        (left.len(), left.len(), left.len()),
    );
}
