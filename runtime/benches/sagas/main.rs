//! Sagas: transfers per second from the request to their end, beside the same commits written without a saga in the same
//! run; how long a lone transfer takes; how long ten thousand deadlines take that are due at once.
//!
//! `cargo bench -p gesta --bench sagas` prints tables. `GESTA_BENCH_ROUNDS` (3) sets how many rounds are run,
//! `GESTA_BENCH_TRANSFERS` (20000) how many transfers in each; `GESTA_TEST_POSTGRES` names the server, if none shall be made
//! for the run.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program, not a library"
)]

#[path = "../../tests/sagas/bank.rs"]
#[allow(dead_code, reason = "it is that of the tests")]
mod bank;
mod ceiling;
mod parcels;

use std::collections::HashSet;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gesta::store::{PageLimit, PostgresStore, SqliteStore, Store};
use gesta::{App, SagaStatus};
use gesta_test_postgres::{Database, database};
use tempfile::TempDir;

use bank::{Account, MoveMoney, Open, Transfer, request};

const ACCOUNTS: usize = 1_000;
/// Transfers that are asked for at once.
const AT_ONCE: usize = 1_000;
/// Transfers that are made one after the other.
const ALONE: usize = 300;

/// Where a log is, and gone afterwards.
struct Place {
    address: String,
    _folder: TempDir,
    _database: Option<Database>,
}

impl Place {
    async fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if name == "SQLite" {
            return Self {
                address: format!("sqlite:{}", folder.path().join("bench.db").display()),
                _folder: folder,
                _database: None,
            };
        }
        let database = database().await.expect("a PostgreSQL server");
        Self {
            address: database.url().to_owned(),
            _folder: folder,
            _database: Some(database),
        }
    }

    async fn open(&self) -> Arc<dyn Store> {
        match self.address.strip_prefix("sqlite:") {
            Some(path) => Arc::new(SqliteStore::from_address(path).await.unwrap()),
            None => Arc::new(PostgresStore::connect(&self.address).await.unwrap()),
        }
    }
}

fn per_second(count: usize, since: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = count as f64;
    count / since.elapsed().as_secs_f64()
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap());
    values[values.len() / 2]
}

async fn start(store: &Arc<dyn Store>) -> App {
    let bank = App::builder().store(Arc::clone(store));
    let bank = bank.aggregate::<Account>().aggregate::<Transfer>();
    let bank = bank.saga::<MoveMoney>().start().await.unwrap();
    for number in 0..ACCOUNTS {
        let open = Open { cents: 1_000_000 };
        let opened = bank.send(format!("account-{number}"), open).await;
        opened.unwrap();
    }
    bank
}

/// Waits until so many sagas have ended behind a position; how far the log goes then.
async fn ended(store: &Arc<dyn Store>, mut after: u64, mut count: usize) -> u64 {
    let limit = PageLimit {
        events: 10_000,
        bytes: 16 << 20,
    };
    while count > 0 {
        let page = store.read_log(after, limit).await.unwrap();
        if page.events.is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        for event in page.events {
            after = event.position;
            count -= usize::from(event.name == "SagaEnded");
        }
    }
    after
}

/// Transfers per second, all asked for at once; the position before the first request.
async fn transfers(bank: &App, store: &Arc<dyn Store>, round: usize, count: usize) -> (f64, u64) {
    let before = bank.position().await.unwrap();
    let began = Instant::now();
    let numbers: Vec<_> = (0..count).collect();
    let asking = async {
        for numbers in numbers.chunks(AT_ONCE) {
            let ask = |number: &usize| {
                let from = format!("account-{}", number % ACCOUNTS);
                let to = format!("account-{}", (number * 7 + 1) % ACCOUNTS);
                let asked = bank.send(format!("t-{round}-{number}"), request(&from, &to, 1));
                tokio::spawn(asked.into_future())
            };
            for asked in numbers.iter().map(ask).collect::<Vec<_>>() {
                asked.await.unwrap().unwrap();
            }
        }
    };
    tokio::join!(asking, ended(store, before, count));
    (per_second(count, began), before)
}

/// Commits for each transfer, as they stand in the log.
async fn commits(store: &Arc<dyn Store>, mut after: u64, transfers: usize) -> f64 {
    let mut ids = HashSet::new();
    loop {
        let page = store.read_log(after, PageLimit::default()).await.unwrap();
        for event in &page.events {
            ids.insert((event.stream.clone(), event.meta.command_id));
            after = event.position;
        }
        if page.events.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            return ids.len() as f64 / transfers as f64;
        }
    }
}

/// From the request to the end, for transfers that are alone.
async fn latency(bank: &App, store: &Arc<dyn Store>) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..ALONE {
        let before = bank.position().await.unwrap();
        let began = Instant::now();
        let asked = bank.send(
            format!("alone-{number}"),
            request("account-1", "account-2", 1),
        );
        asked.await.unwrap();
        ended(store, before, 1).await;
        times.push(began.elapsed());
    }
    times.sort();
    times
}

async fn measure(name: &str, rounds: usize, count: usize) {
    let place = Place::new(name).await;
    let store = place.open().await;
    let bank = start(&store).await;
    let (mut ours, mut limits, mut each) = (Vec::new(), Vec::new(), 0.0);
    for round in 0..=rounds {
        let (rate, before) = transfers(&bank, &store, round, count).await;
        let limit = ceiling::rate(name, &store, before, count).await;
        each = commits(&store, before, count).await;
        // The first one fills caches and prepares statements.
        if round > 0 {
            ours.push(rate);
            limits.push(limit);
        }
    }
    let alone = latency(&bank, &store).await;
    let last = bank.saga::<MoveMoney>("alone-1").status().await.unwrap();
    assert_eq!(last.status, SagaStatus::Completed);
    bank.shutdown().await.unwrap();
    store.close().await.unwrap();
    let (ours, limit) = (median(ours), median(limits));
    let ratio = ours / limit;
    let millis = |index: usize| alone[index].as_secs_f64() * 1_000.0;
    let (middle, worst) = (millis(ALONE / 2), millis(ALONE * 99 / 100));
    println!(
        "| {name} | {ours:.0} | {limit:.0} | {ratio:.2} | {each:.1} | {middle:.1} | {worst:.1} |"
    );
}

fn main() {
    let number = |name, default| {
        let value = std::env::var(name).ok();
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let rounds = number("GESTA_BENCH_ROUNDS", 3);
    let count = number("GESTA_BENCH_TRANSFERS", 20_000);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        println!(
            "| store | transfers/s | without a saga | ratio | commits each | alone, ms | 99 %, ms |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- |");
        for name in ["SQLite", "PostgreSQL"] {
            measure(name, rounds, count).await;
        }
        println!();
        println!("| store | deadlines due at once | seconds until all sagas have ended |");
        println!("| --- | --- | --- |");
        for name in ["SQLite", "PostgreSQL"] {
            let place = Place::new(name).await;
            parcels::measure(name, &place.open().await).await;
        }
    });
}
