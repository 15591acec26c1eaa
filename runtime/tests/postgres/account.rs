//! The aggregate that the tests use, and a log of it.

use std::collections::HashMap;

use gesta::prelude::*;
use gesta::store::{
    Commit, IntoStore, NewEvent, PageLimit, PostgresStore, Store, StoredEvent, StreamName,
};
use gesta::{Meta, Timestamp};
use serde::{Deserialize, Serialize};

#[event]
pub struct AccountOpened {}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{available} available")]
pub struct Refused {
    pub available: u64,
}

#[aggregate(error = Refused, snapshot(every = 5))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub balance: u64,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self) -> AccountOpened {
        AccountOpened {}
    }

    #[command(upsert)]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        match self.balance.checked_sub(cents) {
            Some(_) => Ok(Withdrawn { cents }),
            None => Err(Refused {
                available: self.balance,
            }),
        }
    }

    /// Changes nothing.
    #[command(upsert)]
    pub fn look(&self) -> Option<AccountOpened> {
        None
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

pub async fn bank_on(store: impl IntoStore) -> App {
    let bank = App::builder().store(store).aggregate::<Account>();
    bank.start().await.unwrap()
}

pub async fn balance(bank: &App, id: &str) -> u64 {
    bank.load::<Account>(id).await.unwrap().state.balance
}

/// A commit of events with one cent each.
pub fn commit(id: &str, expected: u64, events: usize) -> Commit {
    let event = NewEvent {
        name: "Deposited".into(),
        schema: 1,
        json: r#"{"cents":1}"#.to_owned(),
    };
    Commit {
        stream: StreamName::new("Account", id).unwrap(),
        expected,
        digest: None,
        events: vec![event; events],
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    }
}

/// All of the log, in which neither positions nor versions have a hole.
pub async fn log(url: &str) -> Vec<StoredEvent> {
    let store = PostgresStore::connect(url).await.unwrap();
    let mut events: Vec<StoredEvent> = Vec::new();
    let mut versions = HashMap::<StreamName, u64>::new();
    loop {
        let after = events.len() as u64;
        let page = store.read_log(after, PageLimit::default()).await.unwrap();
        for (position, event) in (after + 1..).zip(&page.events) {
            let version = versions.entry(event.stream.clone()).or_default();
            *version += 1;
            assert_eq!((event.position, event.version), (position, *version));
        }
        events.extend(page.events);
        if !page.more {
            store.close().await.unwrap();
            return events;
        }
    }
}
