//! Today's code against all that is stored.

use gesta::Unreadable;

use super::aggregates::{ROWS, bank, rows};

#[tokio::test]
async fn every_kind_of_event_is_counted() {
    let bank = bank(ROWS).await;
    let found = bank.verify().await.unwrap();
    assert!(found.is_ok(), "{found}");
    let kinds = found.kinds.iter();
    let kinds: Vec<_> = kinds
        .map(|kind| (&*kind.name, kind.version, kind.rows, kind.unreadable))
        .collect();
    assert_eq!(
        kinds,
        [
            ("AccountCreated", 1, 1, 0),
            ("AccountFlagged", 7, 1, 0),
            ("AccountRegistered", 1, 1, 0),
            ("Deposited", 1, 1, 0),
            ("Deposited", 2, 1, 0),
        ]
    );
}

#[tokio::test]
async fn what_is_not_read_is_named_by_its_position() {
    let bank = bank(&[
        ROWS[0],
        ("Closed", 1, "{}"),
        ("Deposited", 2, r#"{"cents":"five"}"#),
        ("Deposited", 2, r#"{"cents":5,"memo":""}"#),
        ("Deposited", 3, "{}"),
    ])
    .await;
    let found = bank.verify().await.unwrap();
    assert!(!found.is_ok());
    let text = found.to_string();
    assert_eq!(
        text,
        "           1  Account  AccountCreated v1
           1  Account  Closed v1  (1 are not read)
           2  Account  Deposited v2  (1 are not read)
           1  Account  Deposited v3  (1 are not read)
position 2, version 2 of Account/alice: it does not decode: no event is named `Closed` (version 1)
position 3, version 3 of Account/alice: it does not decode: the payload of event `Deposited` (version 2) does not decode
position 5, version 5 of Account/alice: it does not decode: event `Deposited` is stored in version 3, the program knows version 2
"
    );
}

#[tokio::test]
async fn streams_of_an_unknown_aggregate_are_not_read() {
    let store = rows("Ledger", &[("Opened", 1, "{}")]).await;
    let builder = gesta::App::builder().store(store);
    let app = builder.start().await.unwrap();
    let found = app.verify().await.unwrap();
    assert_eq!(found.kinds.len(), 1);
    let row = &found.unreadable[0];
    assert_eq!((row.position, &*row.stream), (1, "Ledger/alice"));
    assert!(matches!(row.reason, Unreadable::Unregistered));
}

#[tokio::test]
async fn only_the_first_thousand_are_listed() {
    let many = vec![("Closed", 1, "{}"); 1_200];
    let found = bank(&many).await.verify().await.unwrap();
    assert_eq!(
        (found.kinds[0].unreadable, found.unreadable.len()),
        (1_200, 1_000)
    );
}
