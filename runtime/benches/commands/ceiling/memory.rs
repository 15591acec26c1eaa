use std::time::Duration;

use gesta::store::{Commit, MemoryStore, NewEvent, Store, StreamName};
use gesta::{Meta, Timestamp};
use uuid::Uuid;

use super::{Meter, Row, Rows};

/// For memory there is no raw SQL: the ceiling is the store alone, called by one loop.
pub async fn memory(batch: usize, aggregates: usize, time: Duration) -> f64 {
    let store = MemoryStore::new();
    let name = |number| StreamName::new("Account", &format!("account-{number}")).unwrap();
    let names: Vec<StreamName> = (0..aggregates).map(name).collect();
    let mut rows = Rows::new(aggregates);
    let commit = |row: Row| Commit {
        stream: names[row.stream].clone(),
        expected: row.version - 1,
        digest: None,
        events: vec![NewEvent {
            name: "Deposited".into(),
            schema: 1,
            json: row.json,
        }],
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    };
    let mut meter = Meter::new(batch, time);
    loop {
        let commits: Vec<_> = (0..batch).map(|_| commit(rows.next())).collect();
        store.append(&commits).await.unwrap();
        if !meter.counts() {
            return meter.rate();
        }
    }
}
