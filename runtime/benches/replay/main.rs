//! Events per second from PostgreSQL into cold aggregates, beside raw SQL that reads the same rows and decodes and folds
//! the same JSON, in the same run.
//!
//! `cargo bench -p gesta --bench replay` prints a table. `GESTA_BENCH_ROUNDS` (15) sets how many interleaved rounds are
//! run; `GESTA_TEST_POSTGRES` names the server, if none shall be made for the run.
#![allow(missing_docs, clippy::unwrap_used, reason = "a program, not a library")]

#[path = "../commands/account.rs"]
mod account;
mod raw;

use std::time::Instant;

use gesta::App;
use gesta_test_postgres::database;

use account::{Account, command};

/// How many streams, of how many events each.
const SHAPES: [(usize, usize); 2] = [(1, 10_000), (1_000, 100)];

/// Commands under way at once while the log is made.
const AT_ONCE: usize = 4_000;

async fn start(url: &str) -> App {
    let app = App::builder().store(url).aggregate::<Account>().start();
    app.await.unwrap()
}

fn names(streams: usize) -> Vec<String> {
    (0..streams)
        .map(|number| format!("account-{number}"))
        .collect()
}

/// Sends as many commands to each stream.
async fn fill(url: &str, ids: &[String], events: usize) {
    let app = start(url).await;
    let commands: Vec<_> = (0..events).flat_map(|_| ids).collect();
    for commands in commands.chunks(AT_ONCE) {
        let sent = commands
            .iter()
            .map(|id| tokio::spawn(app.send(*id, command(1)).into_future()));
        for each in sent.collect::<Vec<_>>() {
            each.await.unwrap().unwrap();
        }
    }
    app.shutdown().await.unwrap();
}

/// Loads all of them at once, each in a task of its own as requests would come.
async fn ours(app: &App, ids: &[String], events: usize) -> f64 {
    let start = Instant::now();
    let loads = ids.iter().map(|id| {
        let (app, id) = (app.clone(), id.clone());
        tokio::spawn(async move { app.load::<Account>(&id).await.unwrap().version })
    });
    for version in loads.collect::<Vec<_>>() {
        assert_eq!(version.await.unwrap(), events as u64);
    }
    rate(ids.len() * events, start)
}

fn rate(events: usize, start: Instant) -> f64 {
    f64::from(u32::try_from(events).unwrap()) / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap()
}

async fn measure(streams: usize, events: usize, rounds: usize) {
    let database = database().await.unwrap();
    let ids = names(streams);
    fill(database.url(), &ids, events).await;
    let app = start(database.url()).await;
    let mut raw = raw::Raw::connect(database.url(), &ids).await;
    let (mut loaded, mut ceiling) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let pair = (ours(&app, &ids, events).await, raw.read(events).await);
        // The first one fills caches and prepares statements.
        if round > 0 {
            loaded.push(pair.0);
            ceiling.push(pair.1);
        }
    }
    app.shutdown().await.unwrap();
    let (loaded, ceiling) = (median(loaded), median(ceiling));
    println!(
        "| {streams} | {events} | {loaded:.0} | {ceiling:.0} | {:.2} |",
        loaded / ceiling
    );
}

fn main() {
    let rounds = std::env::var("GESTA_BENCH_ROUNDS").ok();
    let rounds = rounds.and_then(|value| value.parse().ok()).unwrap_or(15);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!("medians of {rounds} interleaved rounds; ceiling: raw SQL, decoded and folded\n");
    println!("| streams | events each | events/s | ceiling/s | ratio |");
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for (streams, events) in SHAPES {
        runtime.block_on(measure(streams, events, rounds));
    }
}
