//! The stores, held to their contract.

use gesta::store::{Commit, MemoryStore, NewEvent, Outcome, PageLimit, Store, StreamName};
use gesta::{Meta, Timestamp};
use uuid::Uuid;

#[tokio::test]
async fn memory_takes_a_commit_and_gives_it_back() {
    let store = MemoryStore::starting_after(7);
    let stream = StreamName::new("Account", "alice").unwrap();
    let commit = Commit {
        stream: stream.clone(),
        expected: 0,
        digest: Some(-1),
        events: vec![NewEvent {
            name: "Opened".into(),
            version: 1,
            json: "{}".into(),
        }],
        meta: Meta {
            command_id: Uuid::from_u128(1),
            time: Timestamp::from_micros(5),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    };
    let outcomes = store.append(std::slice::from_ref(&commit)).await.unwrap();
    assert_eq!(outcomes, [Outcome::Written { position: 8 }]);
    let page = store
        .read_stream(&stream, 0, PageLimit::default())
        .await
        .unwrap();
    assert_eq!(page.events.len(), 1);
    let outcomes = store.append(&[commit]).await.unwrap();
    assert!(matches!(outcomes.as_slice(), [Outcome::Known(known)] if known.digest == Some(-1)));
}
