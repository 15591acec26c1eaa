//! Events that an aggregate no longer applies, or that have another name now.

use gesta::event::Meta;
use gesta::prelude::*;
use gesta::store::{Commit, MemoryStore, NewEvent, Store, StreamName};
use gesta::{LoadError, Timestamp};

#[event(was = ["AccountRegistered"])]
pub struct AccountOpened {
    pub owner: String,
}

#[event(version = 2)]
pub struct Deposited {
    pub cents: u64,
    #[since(2, default)]
    pub memo: String,
}

/// Opened, and paid into at once.
#[event]
pub struct AccountCreated {
    pub owner: String,
    pub first_deposit: Option<u64>,
}

#[aggregate(error = std::fmt::Error, retired("AccountFlagged"))]
#[derive(Default)]
pub struct Account {
    owner: String,
    balance: u64,
}

#[aggregate]
impl Account {
    #[command]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited {
            cents,
            memo: String::new(),
        }
    }

    #[upcast]
    fn created(old: AccountCreated) -> Result<(AccountOpened, Option<Deposited>), std::fmt::Error> {
        if old.owner.is_empty() {
            return Err(std::fmt::Error);
        }
        let deposited = old.first_deposit.map(|cents| Deposited {
            cents,
            memo: "first".to_owned(),
        });
        Ok((AccountOpened { owner: old.owner }, deposited))
    }

    #[apply]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner.clone_from(&event.owner);
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

/// An app on a store that holds these rows as alice's account.
pub async fn bank(of: &[Row]) -> App {
    let store = rows("Account", of).await;
    let builder = App::builder().store(store).aggregate::<Account>();
    builder.start().await.unwrap()
}

/// A name, a version of the shape, JSON.
pub type Row = (&'static str, u32, &'static str);

/// A store that holds these rows as alice's stream.
pub async fn rows(aggregate: &str, rows: &[Row]) -> MemoryStore {
    let store = MemoryStore::new();
    let event = |(name, schema, json): &Row| NewEvent {
        name: (*name).into(),
        schema: *schema,
        json: (*json).to_owned(),
    };
    let commit = Commit {
        stream: StreamName::new(aggregate, "alice").unwrap(),
        expected: 0,
        digest: None,
        events: rows.iter().map(event).collect(),
        meta: Meta {
            command_id: Uuid::from_u128(1),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    };
    store.append(&[commit]).await.unwrap();
    store
}

pub const ROWS: &[Row] = &[
    (
        "AccountCreated",
        1,
        r#"{"owner":"Alice","first_deposit":5}"#,
    ),
    ("AccountFlagged", 7, "whatever it was"),
    ("AccountRegistered", 1, r#"{"owner":"Alice B."}"#),
    ("Deposited", 1, r#"{"cents":10}"#),
    ("Deposited", 2, r#"{"cents":20,"memo":"gift"}"#),
];

#[tokio::test]
async fn state_and_history_see_the_same_events_of_today() {
    let bank = bank(ROWS).await;
    let alice = bank.load::<Account>("alice").await.unwrap();
    assert_eq!((&*alice.state.owner, alice.state.balance), ("Alice B.", 35));
    assert_eq!(alice.version, 5);

    let mut seen = Vec::new();
    let mut history = bank.history::<Account>("alice");
    while let Some(recorded) = history.next().await {
        let recorded = recorded.unwrap();
        seen.push((
            recorded.version,
            recorded.position,
            format!("{:?}", recorded.event),
        ));
    }
    let seen: Vec<_> = seen
        .iter()
        .map(|(v, p, event)| (*v, *p, &**event))
        .collect();
    assert_eq!(
        seen,
        [
            (1, 1, "AccountOpened { owner: \"Alice\" }"),
            (1, 1, "Deposited { cents: 5, memo: \"first\" }"),
            (3, 3, "AccountOpened { owner: \"Alice B.\" }"),
            (4, 4, "Deposited { cents: 10, memo: \"\" }"),
            (5, 5, "Deposited { cents: 20, memo: \"gift\" }"),
        ]
    );
}

#[tokio::test]
async fn versions_go_on_where_the_store_is() {
    let bank = bank(ROWS).await;
    let done = bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    assert_eq!((done.version, done.position), (6, 6));
    let alice = bank.load::<Account>("alice").await.unwrap();
    assert_eq!(alice.state.balance, 36);
}

#[tokio::test]
async fn what_today_does_not_know_stops_the_load() {
    for (row, message) in [
        (
            ("Closed", 1, "{}"),
            "no event is named `Closed` (version 1)",
        ),
        (
            ("Deposited", 3, r#"{"cents":1,"memo":""}"#),
            "event `Deposited` is stored in version 3, the program knows version 2",
        ),
        (
            ("Deposited", 2, r#"{"cents":1}"#),
            "the payload of event `Deposited` (version 2) does not decode",
        ),
        (
            ("AccountCreated", 1, r#"{"owner":""}"#),
            "the `#[upcast]` of event `AccountCreated` (version 1) gives no events for it",
        ),
    ] {
        let bank = bank(&[ROWS[0], row, ROWS[3]]).await;
        let loaded = bank.load::<Account>("alice").await;
        let Err(LoadError::Undecodable {
            version, source, ..
        }) = loaded
        else {
            panic!("{row:?} was folded");
        };
        assert_eq!((version, source.to_string()), (2, message.to_owned()));
        let sent = bank.send("alice", Deposit { cents: 1 }).await;
        assert!(matches!(sent, Err(SendError::Load(_))), "{row:?}");
    }
}
