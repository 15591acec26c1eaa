//! Eight writers whose commits become durable after pauses of any length, and a reader beside them: it meets exactly what
//! was written, in order, without holes.
#![cfg(all(unix, feature = "postgres", feature = "sqlite"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by a panic that it failed"
)]

mod pausing;
#[path = "../faults/random.rs"]
#[expect(dead_code, reason = "another test shuffles")]
mod random;
mod reader;
mod writer;

use std::sync::Arc;

use gesta::App;
use gesta::store::{MemoryStore, PostgresStore, SqliteStore, Store, StoredEvent};
use gesta_test_postgres::database;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use pausing::Pausing;
use random::Random;
use writer::{Account, Answered, Writer};

const WRITERS: usize = 8;
const SEEDS: [u64; 3] = [1, 2, 3];

async fn bank_on(store: Arc<dyn Store>) -> App {
    let bank = App::builder().store(store).aggregate::<Account>();
    bank.start().await.unwrap()
}

/// Half of the writers on each handle; the reader looks at the first.
async fn race(handles: [Arc<dyn Store>; 2], url: Option<&str>, random: &mut Random) {
    let mut banks = Vec::new();
    for handle in &handles {
        banks.push(bank_on(Arc::clone(handle)).await);
    }
    let mut writers = JoinSet::new();
    for bank in banks.iter().cycle().take(WRITERS) {
        let connection = match url {
            Some(url) => Some(PgConnection::connect(url).await.unwrap()),
            None => None,
        };
        let writer = Writer::new(bank.clone(), connection, random.number());
        writers.spawn(writer.run());
    }
    let writing = writers.join_all();
    let [store, _] = &handles;
    let (answered, seen) = reader::read_beside(&**store, writing, random).await;
    same(&answered.concat(), &seen);
    for bank in banks {
        bank.shutdown().await.unwrap();
    }
}

/// Each command's events stand where its answer says, and there are no others.
fn same(answered: &[Answered], seen: &[StoredEvent]) {
    let mut events = 0;
    for Answered { id, committed } in answered {
        let last = usize::try_from(committed.position).unwrap();
        let first = last - usize::try_from(committed.events).unwrap();
        let theirs = seen.get(first..last).unwrap_or_default();
        assert!(
            !theirs.is_empty(),
            "command {id} was not seen: {committed:?}"
        );
        assert!(theirs.iter().all(|event| event.meta.command_id == *id));
        assert_eq!(theirs.last().unwrap().version, committed.version);
        events += theirs.len();
    }
    assert_eq!(events, seen.len(), "what nobody was told of was seen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_writers_meets_each_event_of_memory_once() {
    for seed in SEEDS {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let store = MemoryStore::new();
        let handles = [(); 2].map(|()| Pausing::on(store.clone(), random.number()));
        race(handles, None, &mut random).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_writers_meets_each_event_of_a_file_once() {
    for seed in SEEDS {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteStore::open(folder.path().join("log.db"));
        let stores = [open().await.unwrap(), open().await.unwrap()];
        let handles = stores.map(|store| Pausing::on(store, random.number()));
        race(handles, None, &mut random).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_open_transactions_meets_each_event_once() {
    for seed in SEEDS {
        println!("seed {seed}");
        let Some(database) = database().await else {
            return;
        };
        let open = || PostgresStore::connect(database.url());
        let stores = [open().await.unwrap(), open().await.unwrap()];
        let handles = stores.map(|store| Arc::new(store) as Arc<dyn Store>);
        race(
            handles.clone(),
            Some(database.url()),
            &mut Random::new(seed),
        )
        .await;
        for store in handles {
            store.close().await.unwrap();
        }
    }
}
