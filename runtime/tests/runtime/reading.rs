//! State and history, as the store has them.

use std::sync::Arc;

use gesta::store::{Commit, MemoryStore, NewEvent, Store, StoredEvent, StreamName};
use gesta::{DecodeError, LoadError, SendError};

use crate::account::*;
use crate::faulty::Stub;

#[tokio::test]
async fn a_loaded_aggregate_is_all_its_events_folded() {
    let bank = bank_with("memory:", 100).await;
    let loaded = bank.load::<Account>("alice").await.unwrap();
    assert_eq!(loaded.version, 2);
    assert_eq!(
        loaded.state,
        Account {
            owner: "Alice".into(),
            balance: 100,
            closed: false
        }
    );
    let error = bank.load::<Account>("nobody").await.unwrap_err();
    assert!(
        matches!(
            error,
            LoadError::NotFound {
                aggregate: "Account",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(matches!(
        bank.load::<Account>("").await,
        Err(LoadError::InvalidId(_))
    ));
}

#[tokio::test]
async fn a_history_of_many_pages_is_whole_and_in_order() {
    let bank = bank_with("memory:", 1).await;
    for _ in 0..2_500 {
        bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    }
    let mut history = bank.history::<Account>("alice");
    let mut version = 0;
    while let Some(recorded) = history.next().await {
        let recorded = recorded.unwrap();
        version += 1;
        assert_eq!((recorded.version, recorded.position), (version, version));
        assert_eq!(
            matches!(recorded.event, AccountEvent::AccountOpened(_)),
            version == 1
        );
    }
    assert_eq!(version, 2_502);
    assert!(history.next().await.is_none());
    assert!(bank.history::<Account>("nobody").next().await.is_none());
    assert!(matches!(
        bank.history::<Account>("a\0").next().await,
        Some(Err(LoadError::InvalidId(_)))
    ));
}

/// A store with one event of `alice` that no struct fits.
async fn store_with(name: &'static str, version: u32, json: &str) -> Arc<dyn Store> {
    let store = MemoryStore::new();
    let commit = Commit {
        stream: StreamName::new("Account", "alice").unwrap(),
        expected: 0,
        digest: None,
        events: vec![NewEvent {
            name: name.into(),
            schema: version,
            json: json.into(),
        }],
        meta: meta(),
        snapshot: None,
    };
    store.append(&[commit]).await.unwrap();
    Arc::new(store)
}

#[tokio::test]
async fn an_event_that_does_not_decode_stops_its_aggregate_and_no_other() {
    for (name, version, json) in [
        ("Vanished", 1, "{}"),
        ("Deposited", 2, r#"{"cents":1}"#),
        ("Deposited", 1, r#"{"cents":"much"}"#),
    ] {
        let bank = bank_on(store_with(name, version, json).await).await;
        let error = bank.load::<Account>("alice").await.unwrap_err();
        let LoadError::Undecodable {
            version: 1,
            position: 1,
            source,
        } = error
        else {
            panic!("{error:?}")
        };
        match (name, version) {
            ("Vanished", _) => assert!(matches!(&*source, DecodeError::Unknown { .. })),
            (_, 2) => assert!(matches!(
                &*source,
                DecodeError::Version {
                    stored: 2,
                    known: 1,
                    ..
                }
            )),
            _ => assert!(matches!(&*source, DecodeError::Payload { .. })),
        }
        for _ in 0..2 {
            let error = bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
            assert!(
                matches!(error, SendError::Load(LoadError::Undecodable { .. })),
                "{error:?}"
            );
        }
        assert!(matches!(
            bank.history::<Account>("alice").next().await,
            Some(Err(LoadError::Undecodable { .. }))
        ));
        bank.send("bob", open()).await.unwrap();
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_any_more_is_a_typed_error() {
    let bank = bank_on(store_with("Deposited", 1, &format!(r#"{{"cents":{PANICS}}}"#)).await).await;
    let error = bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
    assert!(
        matches!(error, SendError::Load(LoadError::Panicked { .. })),
        "{error:?}"
    );
    assert!(matches!(
        bank.load::<Account>("alice").await,
        Err(LoadError::Panicked { .. })
    ));
}

#[tokio::test]
async fn a_stream_with_a_hole_is_read_up_to_it_and_no_further() {
    let event = |version| StoredEvent {
        position: version,
        stream: StreamName::new("Account", "alice").unwrap(),
        version,
        name: "Deposited".into(),
        schema: 1,
        json: r#"{"cents":1}"#.into(),
        meta: meta(),
    };
    for (versions, from, to) in [([1, 2, 4], 2, 4), ([1, 2, 2], 2, 2), ([2, 3, 4], 0, 2)] {
        let bank = bank_on(Stub(versions.map(event).to_vec())).await;
        let error = bank.load::<Account>("alice").await.unwrap_err();
        assert!(
            matches!(error, LoadError::Gap { from: f, to: t } if (f, t) == (from, to)),
            "{error:?}"
        );
        let error = bank.send("alice", Deposit { cents: 1 }).await.unwrap_err();
        assert!(
            matches!(error, SendError::Load(LoadError::Gap { .. })),
            "{error:?}"
        );
    }
}
