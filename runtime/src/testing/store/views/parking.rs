//! Events that are kept apart.

use crate::store::views::{ParkedEvent, Request, ViewBatch};

use super::super::Harness;
use super::super::subject::{holds, same};
use super::subject::{Views, batch, parked};

/// Parked events come in the order of keys and positions, with what was asked for beside the first of its key.
///
/// # Panics
/// If the store breaks this.
pub async fn parked_events_wait_in_order(harness: &impl Harness) {
    let (here, log) = Views::fresh(harness).await;
    let there = Views::open(harness, &log).await;
    let mut held = here.held("Statement", 1).await;
    let mut all = vec![
        parked("B", 10, Some("no")),
        parked("a", 2, Some("it's \"no\"")),
        parked("a", 9, None),
        parked("a", 10, None),
        parked("b", 1, Some("")),
        parked("\u{e4}", 3, Some("\u{fc}")),
    ];
    let first = ViewBatch {
        parked: all.iter().rev().cloned().collect(),
        ..batch(&held, 10)
    };
    here.fold(&mut held, first).await;
    same(
        "parked events come in order",
        there.parked(held.id, None, 100).await,
        all.clone(),
    );
    pages(&there, held.id, &all).await;

    let request = async |key, request| there.request(held.id, key, request).await;
    for (key, asked) in [
        ("A", Request::Retry),
        ("", Request::Skip(2)),
        ("a", Request::Skip(9)),
        ("a", Request::Skip(0)),
        ("a", Request::Skip(3)),
    ] {
        same(
            "what does not fit is not asked for",
            request(key, asked).await,
            false,
        );
    }
    same(
        "no other generation is asked",
        there.request(77, "a", Request::Retry).await,
        false,
    );
    same(
        "then nothing changes",
        here.parked(held.id, None, 100).await,
        all.clone(),
    );
    holds("a key is tried again", request("a", Request::Retry).await);
    holds("an event is left out", request("b", Request::Skip(1)).await);
    ask(&mut all, "a", 2, Some(Request::Retry));
    ask(&mut all, "b", 1, Some(Request::Skip(1)));
    let rule = "what is asked for stands beside the first event of the key";
    same(rule, here.parked(held.id, None, 100).await, all.clone());
    holds(
        "the last that is asked for counts",
        request("a", Request::Skip(2)).await,
    );
    ask(&mut all, "a", 2, Some(Request::Skip(2)));
    same(
        "the last that is asked for counts",
        here.parked(held.id, None, 100).await,
        all.clone(),
    );

    let tried = ParkedEvent {
        attempts: u32::MAX,
        request: None,
        ..parked("b", 1, Some("again"))
    };
    let kept = ParkedEvent {
        request: Some(Request::Skip(9)),
        ..parked("a", 9, Some("now first"))
    };
    let second = ViewBatch {
        unparked: vec![("a".to_owned(), 2)],
        parked: vec![tried.clone(), kept.clone()],
        ..batch(&held, 10)
    };
    here.fold(&mut held, second).await;
    all.retain(|event| event.key != "b" && !(event.key == "a" && event.position < 10));
    all.insert(1, kept);
    all.insert(3, tried);
    let rule = "what is parked again is replaced, and what is not parked any more is gone";
    same(rule, there.parked(held.id, None, 100).await, all);
    holds(
        "what comes next is asked for",
        there.request(held.id, "a", Request::Skip(9)).await,
    );
}

fn ask(all: &mut [ParkedEvent], key: &str, position: u64, request: Option<Request>) {
    for event in all {
        if event.key == key && event.position == position {
            event.request = request;
        }
    }
}

async fn pages(store: &Views, id: u64, all: &[ParkedEvent]) {
    for limit in 1..4_u32 {
        let mut seen: Vec<ParkedEvent> = Vec::new();
        loop {
            let after = seen
                .last()
                .map(|event| (event.key.as_str(), event.position));
            let page = store.parked(id, after, limit).await;
            holds(
                "a page is no longer than it is to be",
                page.len() as u64 <= limit.into(),
            );
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        same(
            "pages of parked events hold each once",
            seen.as_slice(),
            all,
        );
    }
    let behind = store.parked(id, Some(("a", u64::MAX)), 1).await;
    let behind: Vec<_> = behind.into_iter().map(|event| event.key).collect();
    same("behind a key comes the next", behind, vec!["b".to_owned()]);
}
