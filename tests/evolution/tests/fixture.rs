//! The file, read by the program of today.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use evolution::print_run::PrintRun;
use evolution::subscription::Subscription;
use gesta::App;
use gesta::testing::{SequentialIds, VirtualClock};
use tempfile::TempDir;

const FILE: &[u8] = include_bytes!("../fixture.db");

/// Opens a copy of the file.
async fn open() -> (App, TempDir) {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("copy.db");
    std::fs::write(&file, FILE).unwrap();
    let store = format!("sqlite:{}", file.display());
    let app = evolution::open(&store, VirtualClock::default(), SequentialIds::default());
    (app.await.unwrap(), directory)
}

#[tokio::test]
async fn the_state_is_what_was_written() {
    let (app, _directory) = open().await;
    let ada = app.load::<Subscription>("ada").await.unwrap();
    let expected = Subscription {
        reader: "Ada".to_owned(),
        price: 4_800,
        currency: "EUR".to_owned(),
        copies: 1,
        street: "Rue Basse 3".to_owned(),
        city: "Lille".to_owned(),
        country: "FR".to_owned(),
        pauses: vec![None, Some(3), Some(1)],
        issues: vec![1, 2, 3, 4],
        notes: vec![],
    };
    assert_eq!((ada.state, ada.version), (expected, 13));
    let bob = app.load::<Subscription>("bob").await.unwrap();
    assert_eq!((bob.state.price, bob.version), (4_000, 3));
    let cyd = app.load::<Subscription>("cyd").await.unwrap();
    assert_eq!((cyd.state.price, cyd.version), (4_200, 1));
    let eve = app.load::<Subscription>("eve").await.unwrap();
    assert_eq!((eve.state.price, eve.version), (4_950, 2));
    let spring = app.load::<PrintRun>("spring").await.unwrap();
    assert_eq!((spring.state.copies, spring.version), (750, 4));
}
