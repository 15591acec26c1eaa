//! Read models: what the contract of stores does not say of servers.

mod claims;
mod lost;
mod plans;
mod roles;
mod switches;

use std::time::Duration;

use gesta::Uuid;
use gesta::store::views::{Declaration, Fault, Generation, ViewBatch, ViewStore};
use gesta::store::{PostgresStore, Store};
use gesta_test_postgres::database;

pub use roles::use_read_models;

pub const HOUR: Duration = Duration::from_secs(3600);

pub fn views(store: &PostgresStore) -> &dyn ViewStore {
    store.views().unwrap()
}

pub async fn open(url: &str) -> PostgresStore {
    PostgresStore::connect(url).await.unwrap()
}

pub fn declaration(version: u32) -> Declaration {
    Declaration {
        projection: "statement".to_owned(),
        version,
        fingerprint: 7,
        indexes: "balance".to_owned(),
    }
}

/// The generation of the first version, held by whoever asks last.
pub async fn claimed(store: &PostgresStore, owner: Uuid) -> Generation {
    let declared = views(store).declare(&declaration(1)).await.unwrap();
    let claimed = views(store).claim(declared.id, owner, HOUR).await;
    claimed.unwrap().unwrap()
}

/// What the next event makes of a document.
pub fn batch(generation: &Generation, key: &str) -> ViewBatch {
    let to = generation.position + 1;
    ViewBatch {
        generation: generation.id,
        token: generation.token,
        from: generation.position,
        to,
        upserts: vec![(key.to_owned(), to.to_string())],
        ..ViewBatch::default()
    }
}

pub async fn document(store: &PostgresStore, generation: &Generation, key: &str) -> Option<String> {
    let keys = [key.to_owned()];
    let documents = views(store).documents(generation.id, &keys).await.unwrap();
    documents.into_iter().next().unwrap()
}

/// What a panic says may be of anything.
#[tokio::test]
async fn an_error_with_a_zero_in_it_is_recorded() {
    let Some(database) = database().await else {
        return;
    };
    let store = open(database.url()).await;
    let held = claimed(&store, Uuid::now_v7()).await;
    let fault = Fault {
        position: 1,
        error: "a\0b".to_owned(),
    };
    let set = views(&store).set_fault(held.id, held.token, Some(&fault));
    assert!(set.await.unwrap());
    let generations = views(&store).generations().await.unwrap();
    assert_eq!(generations[0].fault.as_ref().unwrap().error, "a\u{fffd}b");
}
