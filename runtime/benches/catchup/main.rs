//! Read models: events per second into a new one, beside raw SQL that reads the same log and writes as many documents, in
//! the same run; how far it is behind under load; what five of them cost those who write.
//!
//! `cargo bench -p gesta --bench catchup` prints tables. `GESTA_BENCH_ROUNDS` (5) sets how many interleaved rounds are run,
//! `GESTA_BENCH_EVENTS` (100000,1000000) how long the logs are; `GESTA_TEST_POSTGRES` names the server, if none shall be
//! made for the run.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program, not a library"
)]

#[path = "../commands/account.rs"]
mod account;
mod load;
mod raw;
mod views;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use gesta::App;
use gesta::store::views::Stage;
use gesta::store::{PostgresStore, SqliteStore, Store};
use gesta_test_postgres::{Database, database};
use tempfile::TempDir;

use account::command;
use raw::Raw;
use views::Balances;

const ACCOUNTS: usize = 1_000;
/// Commands under way at once while a log is made.
const AT_ONCE: usize = 4_000;
/// How long commands are sent, for each number.
const TIME: Duration = Duration::from_secs(3);

/// Where a log is, and gone afterwards.
struct Place {
    name: &'static str,
    address: String,
    _folder: TempDir,
    _database: Option<Database>,
}

impl Place {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            name: "SQLite",
            address: format!("sqlite:{}", folder.path().join("bench.db").display()),
            _folder: folder,
            _database: None,
        }
    }

    async fn postgres() -> Self {
        let database = database().await.expect("a PostgreSQL server");
        Self {
            name: "PostgreSQL",
            address: database.url().to_owned(),
            _folder: tempfile::tempdir().unwrap(),
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

fn rate(events: u64, start: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let events = events as f64;
    events / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn fill(store: &Arc<dyn Store>, ids: &[String], events: usize) {
    let app = load::app(store).start().await.unwrap();
    let commands: Vec<_> = ids.iter().cycle().take(events).collect();
    for commands in commands.chunks(AT_ONCE) {
        let send = |id: &&String| tokio::spawn(app.send(*id, command(1)).into_future());
        for each in commands.iter().map(send).collect::<Vec<_>>() {
            each.await.unwrap().unwrap();
        }
    }
    app.shutdown().await.unwrap();
}

/// Events per second, from the call for a rebuild until that answers.
async fn catch_up(app: &App, store: &Arc<dyn Store>, events: u64) -> f64 {
    let views = store.views().unwrap();
    let start = Instant::now();
    let generation = app.projection::<Balances>().rebuild().await.unwrap();
    let mut rate = None;
    // The one before is deleted, which is not measured, but shall not disturb what is measured next.
    while rate.is_none() || views.generations().await.unwrap().len() > 1 {
        let generations = views.generations().await.unwrap();
        let mut ready = generations.iter().filter(|each| each.stage == Stage::Ready);
        if rate.is_none() && ready.any(|each| each.id == generation) {
            rate = Some(crate::rate(events, start));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let one = app.view::<Balances>("account-1").await.unwrap().unwrap();
    assert_eq!(one.balance, events / ACCOUNTS as u64);
    rate.unwrap()
}

/// The most memory that this process had since it was asked last, in MiB; nothing where the system does not say.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    kib.map_or_else(String::new, |kib| (kib / 1_024).to_string())
}

async fn measure_catch_up(place: Place, events: usize, rounds: usize) {
    let ids: Vec<_> = (0..ACCOUNTS)
        .map(|number| format!("account-{number}"))
        .collect();
    let store = place.open().await;
    fill(&store, &ids, events).await;
    let mut raw = Raw::connect(&place.address).await;
    let (mut folded, mut ceiling) = (Vec::new(), Vec::new());
    let mut memory = String::new();
    let app = load::app(&store).projection::<Balances>();
    let app = app.start().await.unwrap();
    assert!(app.wait(events as u64, Duration::from_secs(600)).await);
    for round in 0..=rounds {
        peak();
        let ours = catch_up(&app, &store, events as u64).await;
        memory = peak();
        let limit = raw.catch_up(&ids).await;
        // The first one fills caches and prepares statements.
        if round > 0 {
            folded.push(ours);
            ceiling.push(limit);
        }
    }
    app.shutdown().await.unwrap();
    store.close().await.unwrap();
    let (folded, ceiling) = (median(folded), median(ceiling));
    let ratio = folded / ceiling;
    println!(
        "| {} | {events} | {folded:.0} | {ceiling:.0} | {ratio:.2} | {memory} |",
        place.name
    );
}

async fn measure_load(place: Place, rounds: usize) {
    let store = place.open().await;
    let none = AtomicU64::default;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let app = load::app(&store).start().await.unwrap();
        let alone = load::run(app.clone(), TIME, Duration::ZERO, Arc::new(none())).await;
        app.shutdown().await.unwrap();
        let app = load::with_five(load::app(&store)).start().await.unwrap();
        // What was written without them is not what is measured.
        let head = store.views().unwrap().head().await.unwrap();
        assert!(app.wait(head, Duration::from_secs(600)).await);
        let beside = load::run(app.clone(), TIME, Duration::ZERO, Arc::new(none())).await;
        app.shutdown().await.unwrap();
        if round > 0 {
            without.push(alone);
            with.push(beside);
        }
    }
    let (without, with) = (median(without), median(with));
    let (middle, worst) = load::lag(&store, without / 2.0, TIME * 3).await;
    let ratio = with / without;
    println!(
        "| {} | {without:.0} | {with:.0} | {ratio:.2} | {middle:.0} | {worst:.0} |",
        place.name
    );
    store.close().await.unwrap();
}

fn main() {
    let variable = |name| std::env::var(name).ok();
    let rounds = variable("GESTA_BENCH_ROUNDS").and_then(|value| value.parse().ok());
    let rounds = rounds.unwrap_or(5);
    let lengths = variable("GESTA_BENCH_EVENTS");
    let lengths = lengths.unwrap_or_else(|| "100000,1000000".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!("medians of {rounds} interleaved rounds; {ACCOUNTS} documents\n");
    println!("| store | events | events/s | ceiling/s | ratio | peak MiB |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for events in lengths.split(',').filter_map(|length| length.parse().ok()) {
        runtime.block_on(async {
            measure_catch_up(Place::sqlite().await, events, rounds).await;
            measure_catch_up(Place::postgres().await, events, rounds).await;
        });
    }
    println!(
        "\n| store | commands/s | with five projections | ratio | lag, median ms | lag, 99 % ms |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    runtime.block_on(async {
        measure_load(Place::sqlite().await, rounds).await;
        measure_load(Place::postgres().await, rounds).await;
    });
}
