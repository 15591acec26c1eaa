//! Who answers, and with which documents.

use std::ops::Bound::{self, Excluded, Included, Unbounded};

use crate::store::views::{Control, Cursor, IndexRange, ViewBatch, ViewPage, ViewQuery};

use super::super::Harness;
use super::super::subject::{holds, same};
use super::subject::{EVERYTHING, Views, batch, documents, entry, range, which};

/// The wanted version answers if it is ready, else the newest generation that is.
///
/// # Panics
/// If the store breaks this.
pub async fn the_wanted_version_answers(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let answers = async |version| {
        let found = store.view(&which("Statement", version), "a").await;
        let counted = store.count(&which("Statement", version), None).await;
        let counted = counted.map(|found| (found.generation, found.version, found.position));
        let listed = store.page(&which("Statement", version), &EVERYTHING).await;
        let listed = listed.map(|found| (found.generation, found.version, found.position));
        same(
            "a count is from the same generation as a page",
            counted,
            listed,
        );
        let viewed = found.as_ref();
        let viewed = viewed.map(|found| (found.generation, found.version, found.position));
        same(
            "a document is from the same generation as a page",
            viewed,
            listed,
        );
        found.map(|found| {
            (
                found.generation,
                found.version,
                found.position,
                found.answer,
            )
        })
    };
    same(
        "nobody answers for what is not there",
        answers(1).await,
        None,
    );
    let json = |id: u64| Some(format!("[{id}]"));
    let mut all = Vec::new();
    for version in [2, 1, 3] {
        let mut held = store.held("Statement", version).await;
        let first = ViewBatch {
            upserts: documents([("a", format!("[{}]", held.id))]),
            ..batch(&held, 10 * held.id)
        };
        store.fold(&mut held, first).await;
        all.push(held);
    }
    let other = store.held("Statement2", 1).await;
    store.make_ready(&other).await;
    same(
        "what is being built does not answer",
        answers(1).await,
        None,
    );
    let [second, first, third] = all.as_slice() else {
        return;
    };
    store.make_ready(second).await;
    for version in [0, 1, 2, 3, u32::MAX] {
        same(
            "the only one answers for all",
            answers(version).await,
            Some((1, 2, 10, json(1))),
        );
    }
    store.make_ready(first).await;
    same(
        "the wanted version answers",
        answers(2).await,
        Some((1, 2, 10, json(1))),
    );
    same(
        "the wanted version answers",
        answers(1).await,
        Some((2, 1, 20, json(2))),
    );
    let rule = "else the newest generation answers, though its version be lower";
    same(rule, answers(3).await, Some((2, 1, 20, json(2))));
    store.make_ready(third).await;
    same(
        "the wanted version answers",
        answers(3).await,
        Some((3, 3, 30, json(3))),
    );
    same(
        "the newest answers for others",
        answers(7).await,
        Some((3, 3, 30, json(3))),
    );
    store.release(first.id, first.token).await;
    holds(
        "an older version is dropped",
        store.control(first.id, Control::Drop).await,
    );
    same(
        "what is dropped does not answer",
        answers(1).await,
        Some((3, 3, 30, json(3))),
    );
    let none = store.view(&which("Statement", 3), "b").await;
    let none = none.map(|found| (found.generation, found.answer));
    same(
        "a document that is not there is none",
        none,
        Some((3, None)),
    );
}

type Row = (&'static str, &'static [u8], Option<&'static [u8]>);

/// Documents with a value in two indexes: equal values in the first, and few documents in the second.
const ROWS: [Row; 8] = [
    ("a", b"\x01", Some(b"x")),
    ("B", b"\x01", None),
    ("b", b"\x01", Some(b"x")),
    ("c", b"\x01\x00", None),
    ("d", b"", Some(b"y")),
    ("e", b"\xff\xff", None),
    ("f", b"\xff", None),
    ("\u{e4}", b"\x01", None),
];

async fn filled<H: Harness>(harness: &H) -> (Views, H::Log) {
    let (store, log) = Views::fresh(harness).await;
    for (projection, suffix) in [
        ("Empty", None),
        ("Other", Some("!")),
        ("Statement", Some("")),
    ] {
        let mut held = store.held(projection, 1).await;
        let mut first = batch(&held, 1);
        for (key, value, other) in suffix.map(|_| ROWS).into_iter().flatten() {
            let key = format!("{key}{}", suffix.unwrap_or_default());
            first.new_entries.push(entry(0, value, &key));
            first
                .new_entries
                .extend(other.map(|value| entry(7, value, &key)));
            first.upserts.push((key.clone(), format!("\"{key}\"")));
        }
        store.fold(&mut held, first).await;
        store.make_ready(&held).await;
    }
    (store, log)
}

/// Every way to ask for these, of which these are to come in this order.
async fn lists(store: &Views, range: Option<IndexRange>, keys: &[&str]) {
    let statement = which("Statement", 1);
    let mut wanted = documents(keys.iter().map(|key| (*key, format!("\"{key}\""))));
    let counted = store.count(&statement, range.as_ref()).await;
    let counted = counted.map(|found| found.answer);
    same(
        &format!("all of {range:?} are counted"),
        counted,
        Some(keys.len() as u64),
    );
    for reverse in [false, true] {
        for limit in [1, 2, 3, 7, 8, 9, 100, u32::MAX] {
            let query = ViewQuery {
                range: range.clone(),
                after: None,
                reverse,
                limit,
            };
            let found = store.pages(&statement, &query).await;
            same(
                &format!("pages hold what {query:?} says, in order"),
                found,
                wanted.clone(),
            );
        }
        wanted.reverse();
    }
}

/// Documents come in the order of their keys' bytes, forward and back, page by page.
///
/// # Panics
/// If the store breaks this.
pub async fn documents_are_listed_by_key(harness: &impl Harness) {
    let (store, _log) = filled(harness).await;
    lists(&store, None, &["B", "a", "b", "c", "d", "e", "f", "\u{e4}"]).await;
    let page = async |projection, after: Option<&str>, reverse, limit| {
        let query = ViewQuery {
            range: None,
            after: after.map(|key| Cursor {
                value: vec![],
                key: key.to_owned(),
            }),
            reverse,
            limit,
        };
        let found = store.page(&which(projection, 1), &query).await;
        found.map(|found| found.answer).unwrap_or_default()
    };
    let keys =
        |page: &ViewPage| -> Vec<_> { page.documents.iter().map(|(key, _)| key.clone()).collect() };
    let found = page("Statement", Some("bb"), false, 2).await;
    same(
        "a page begins behind a key that is not there",
        keys(&found),
        ["c", "d"].map(String::from).to_vec(),
    );
    let found = page("Statement", Some("bb"), true, 2).await;
    same(
        "also in reverse",
        keys(&found),
        ["b", "a"].map(String::from).to_vec(),
    );
    let end = page("Statement", Some("\u{e4}"), false, 2).await;
    same("behind the last there is nothing", end, ViewPage::default());
    let end = page("Statement", Some("B"), true, 2).await;
    same(
        "before the first there is nothing",
        end,
        ViewPage::default(),
    );
    let none = page("Statement", None, false, 0).await;
    same(
        "a limit of 0 counts as 1",
        keys(&none),
        vec!["B".to_owned()],
    );
    let none = page("Empty", None, false, 2).await;
    same(
        "an empty projection has an empty page",
        none,
        ViewPage::default(),
    );
    let none = store.page(&which("Nothing", 1), &EVERYTHING).await;
    same("what is not there has no page", none, None);
    let counted = store
        .count(&which("Empty", 1), None)
        .await
        .map(|found| found.answer);
    same("an empty projection has no documents", counted, Some(0));
}

/// Documents come in the order of the values of an index, and equal ones by key; within a range, forward and back.
///
/// # Panics
/// If the store breaks this.
pub async fn documents_are_listed_by_index(harness: &impl Harness) {
    let (store, _log) = filled(harness).await;
    let all: &[&str] = &["d", "B", "a", "b", "\u{e4}", "c", "f", "e"];
    let part = |from: usize, to: usize| all.get(from..to).unwrap_or_default();
    type Case<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>, &'a [&'a str]);
    let cases: [Case<'_>; 15] = [
        (Unbounded, Unbounded, all),
        (Included(b""), Included(b"\xff\xff\xff"), all),
        (Excluded(b""), Unbounded, part(1, 8)),
        (Unbounded, Excluded(b"\xff\xff"), part(0, 7)),
        (Included(b"\x01"), Included(b"\x01"), part(1, 5)),
        (Included(b"\x01"), Excluded(b"\x01"), &[]),
        (Excluded(b"\x01"), Excluded(b"\x01"), &[]),
        (Excluded(b"\x01"), Unbounded, part(5, 8)),
        (Included(b"\x01"), Included(b"\x01\x00"), part(1, 6)),
        (Included(b"\x01\x00"), Excluded(b"\xff"), part(5, 6)),
        (Excluded(b"\xff"), Included(b"\xff\xff"), part(7, 8)),
        (Unbounded, Included(b""), part(0, 1)),
        (Unbounded, Excluded(b""), &[]),
        (Included(b"\xff"), Included(b"\x01"), &[]),
        (Included(b"\x02"), Included(b"\x03"), &[]),
    ];
    for (from, to, keys) in cases {
        lists(&store, Some(range(0, from, to)), keys).await;
    }
    lists(
        &store,
        Some(range(7, Unbounded, Unbounded)),
        &["a", "b", "d"],
    )
    .await;
    lists(&store, Some(range(1, Unbounded, Unbounded)), &[]).await;
    lists(&store, Some(range(u32::MAX, Unbounded, Unbounded)), &[]).await;
    cursors_stay_in_the_range(&store).await;
}

async fn cursors_stay_in_the_range(store: &Views) {
    let page = async |value: &[u8], key: &str, reverse| {
        let query = ViewQuery {
            range: Some(range(0, Included(b"\x01"), Included(b"\x01"))),
            after: Some(Cursor {
                value: value.to_vec(),
                key: key.to_owned(),
            }),
            reverse,
            limit: 100,
        };
        let found = store.page(&which("Statement", 1), &query).await;
        let found = found
            .map(|found| found.answer.documents)
            .unwrap_or_default();
        found.into_iter().map(|(key, _)| key).collect::<String>()
    };
    same(
        "a page begins behind a cursor",
        page(b"\x01", "a", false).await,
        "b\u{e4}".to_owned(),
    );
    same(
        "also in reverse",
        page(b"\x01", "a", true).await,
        "B".to_owned(),
    );
    same(
        "a cursor before the range leaves it whole",
        page(b"", "z", false).await,
        "Bab\u{e4}".to_owned(),
    );
    same(
        "a cursor before the range ends it",
        page(b"", "z", true).await,
        String::new(),
    );
    same(
        "a cursor behind the range ends it",
        page(b"\xff", "a", false).await,
        String::new(),
    );
    let rule = "a cursor behind the range leaves it whole";
    same(rule, page(b"\xff", "a", true).await, "\u{e4}baB".to_owned());
}
