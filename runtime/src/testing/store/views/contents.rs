//! What is stored comes back as it was.

use std::ops::Bound::{Included, Unbounded};

use crate::store::views::{Declaration, ViewBatch, ViewQuery};

use super::super::Harness;
use super::super::contents::{ids, payloads};
use super::super::subject::{Subject, holds, same};
use super::subject::{
    EVERYTHING, LONG, Views, batch, documents, entry, fault, owner, parked, range, which,
};

/// Keys that look alike, or like a language that a store may speak, are keys of their own, in the order of their bytes.
///
/// # Panics
/// If the store breaks this.
pub async fn keys_are_exact(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let mut held = store.held("Statement", 1).await;
    let mut keys = ids();
    let json = |key: &String| serde_json::Value::from(key.as_str()).to_string();
    let first = ViewBatch {
        upserts: documents(keys.iter().map(|key| (key, json(key)))),
        new_entries: keys
            .iter()
            .map(|key| entry(0, key.as_bytes(), key))
            .collect(),
        parked: keys.iter().map(|key| parked(key, 1, Some(key))).collect(),
        ..batch(&held, 1)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    let statement = which("Statement", 1);
    let wanted: Vec<_> = keys.iter().map(|key| Some(json(key))).collect();
    same(
        "a document is found by its key",
        store.documents(held.id, &keys).await,
        wanted,
    );
    for key in &keys {
        let found = store
            .view(&statement, key)
            .await
            .and_then(|found| found.answer);
        same("a document is found by its key", found, Some(json(key)));
    }
    keys.sort_unstable();
    let wanted = documents(keys.iter().map(|key| (key, json(key))));
    let by_index = Some(range(0, Unbounded, Unbounded));
    for range in [None, by_index] {
        let query = ViewQuery {
            range,
            limit: 3,
            ..EVERYTHING
        };
        let found = store.pages(&statement, &query).await;
        same(
            "keys come in the order of their bytes",
            found,
            wanted.clone(),
        );
    }
    let found = store.parked(held.id, None, 1_000).await;
    let wanted: Vec<_> = keys.iter().map(|key| parked(key, 1, Some(key))).collect();
    same(
        "parked keys come in the order of their bytes",
        found,
        wanted,
    );
    let (gone, left) = keys.split_at(keys.len() / 2);
    let second = ViewBatch {
        deletes: gone.to_vec(),
        old_entries: gone
            .iter()
            .map(|key| entry(0, key.as_bytes(), key))
            .collect(),
        unparked: gone.iter().map(|key| (key.clone(), 1)).collect(),
        ..batch(&held, 2)
    };
    store.fold(&mut held, second).await;
    let contents = store.contents(&held).await;
    let wanted = documents(left.iter().map(|key| (key, json(key))));
    same("keys are taken away exactly", &contents.documents, &wanted);
    same(
        "entries are taken away exactly",
        contents.indexes.first(),
        Some(&wanted),
    );
    same(
        "parked keys are taken away exactly",
        contents.parked.len(),
        left.len(),
    );
}

/// The JSON of a document comes back byte for byte, up to some megabytes, however it is read.
///
/// # Panics
/// If the store breaks this.
pub async fn documents_are_exact(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let mut held = store.held("Statement", 1).await;
    let all: Vec<_> = (100..)
        .map(|number: u32| number.to_string())
        .zip(payloads())
        .collect();
    let first = ViewBatch {
        upserts: all.clone(),
        ..batch(&held, 1)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    let keys: Vec<_> = all.iter().map(|(key, _)| key.clone()).collect();
    let wanted: Vec<_> = all.iter().map(|(_, json)| Some(json.clone())).collect();
    same(
        "JSON comes back byte for byte",
        store.documents(held.id, &keys).await,
        wanted,
    );
    let statement = which("Statement", 1);
    for (key, json) in &all {
        let found = store
            .view(&statement, key)
            .await
            .and_then(|found| found.answer);
        same("JSON comes back byte for byte", found.as_ref(), Some(json));
    }
    let found = store.pages(&statement, &EVERYTHING).await;
    same("JSON comes back byte for byte", found, all);
}

/// Values of an index are any bytes, up to 512, in the order of bytes.
///
/// # Panics
/// If the store breaks this.
pub async fn index_values_are_exact(harness: &impl Harness) {
    let (store, _log) = Views::fresh(harness).await;
    let mut held = store.held("Statement", 1).await;
    let mut values: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
    values.extend((0..=255).map(|byte| vec![0, byte]));
    values.extend([vec![], vec![0; 3], b"'\\x".to_vec(), b"\\000".to_vec()]);
    values.extend([
        vec![0; 512],
        vec![255; 512],
        vec![255; 511],
        b"a".repeat(512),
    ]);
    let key = |value: &[u8]| format!("{:?}", value.escape_ascii().to_string());
    let first = ViewBatch {
        upserts: documents(values.iter().map(|value| (key(value), "{}"))),
        new_entries: values
            .iter()
            .map(|value| entry(1, value, &key(value)))
            .collect(),
        ..batch(&held, 1)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    values.sort_unstable();
    let statement = which("Statement", 1);
    for limit in [7, u32::MAX] {
        let query = ViewQuery {
            range: Some(range(1, Unbounded, Unbounded)),
            limit,
            ..EVERYTHING
        };
        let found = store.pages(&statement, &query).await;
        let wanted = documents(values.iter().map(|value| (key(value), "{}")));
        same("values come in the order of their bytes", found, wanted);
    }
    for value in &values {
        let query = ViewQuery {
            range: Some(range(1, Included(value), Included(value))),
            ..EVERYTHING
        };
        let found = store.pages(&statement, &query).await;
        same("a value is found", found, documents([(key(value), "{}")]));
    }
}

/// Names, numbers and errors of generations come back as they were, at the ends of their ranges too; and all of it is
/// there when the store is opened again.
///
/// # Panics
/// If the store breaks this.
pub async fn read_models_survive_reopening(harness: &impl Harness) {
    let (store, log) = Views::fresh(harness).await;
    for (number, name) in (0..).zip(ids()) {
        let declaration = Declaration {
            projection: name.clone(),
            version: u32::MAX - number,
            fingerprint: if number % 2 == 0 { i64::MAX } else { i64::MIN },
            indexes: name,
        };
        let made = store.declare(&declaration).await;
        same(
            "a declaration comes back as it was",
            made.declaration,
            declaration,
        );
    }
    let mut held = store.held("Statement", 1).await;
    let end = i64::MAX.unsigned_abs();
    let first = ViewBatch {
        upserts: documents([("a", "[1]")]),
        new_entries: vec![entry(u32::MAX, b"1", "a"), entry(0, b"1", "a")],
        parked: vec![parked("b", end, Some("no"))],
        ..batch(&held, end)
    };
    store.fold(&mut held, first).await;
    store.make_ready(&held).await;
    let set = store
        .set_fault(held.id, held.token, Some(&fault(end)))
        .await;
    holds("a fault is set", set);
    let before = (store.generations().await, store.contents(&held).await);
    Subject(store.0).close().await;
    let store = Views::open(harness, &log).await;
    let after = (store.generations().await, store.contents(&held).await);
    same("read models are there after reopening", after, before);
    same(
        "an owner is one after reopening",
        store.claim(held.id, owner(2), LONG).await,
        None,
    );
    let goes_on = store.write(&batch(&held, end)).await;
    same("a token is good after reopening", goes_on, true);
}
