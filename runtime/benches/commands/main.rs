//! Commands per second, beside the ceiling: the same rows written by one loop of raw SQL, in the same run.
//!
//! `cargo bench -p gesta --bench commands` prints a table. `GESTA_BENCH_ROUNDS` (5) and `GESTA_BENCH_MILLIS` (400) set
//! how many rounds are run and how long each measurement takes; `GESTA_BENCH_DIR` where the files lie;
//! `GESTA_TEST_POSTGRES` the PostgreSQL server, if none shall be made for the run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a program, not a library"
)]

mod account;
mod ceiling;
mod clients;
mod place;

use std::time::Duration;

use place::Place;

/// How many clients, over how many aggregates.
const LOADS: [(usize, usize); 5] = [
    (1, 1_000),
    (16, 1_000),
    (64, 1_000),
    (1_024, 1_000),
    (16, 1),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Memory,
    Full,
    Normal,
    Postgres,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Full => "SQLite FULL",
            Self::Normal => "SQLite NORMAL",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// How SQLite syncs.
    fn synchronous(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            _ => "FULL",
        }
    }
}

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The ceiling. SQL runs in a task of the runtime like the clients: waking a task is no part of what is compared.
async fn ceiling(kind: Kind, batch: usize, aggregates: usize, time: Duration) -> f64 {
    let place = Place::new(kind).await;
    let (sqlite, postgres) = (ceiling::sqlite, ceiling::postgres);
    let task = match kind {
        Kind::Memory => return ceiling::memory(batch, aggregates, time).await,
        Kind::Full | Kind::Normal => {
            tokio::spawn(sqlite(place, kind.synchronous(), batch, aggregates, time))
        }
        Kind::Postgres => tokio::spawn(postgres(place, batch, aggregates, time)),
    };
    task.await.unwrap()
}

/// The medians of interleaved rounds: ours, and the ceiling.
async fn measure(
    kind: Kind,
    clients: usize,
    aggregates: usize,
    rounds: u64,
    time: Duration,
) -> (f64, f64) {
    let (mut ours, mut ceilings) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let place = Place::new(kind).await;
        ours.push(clients::run(&place.address, clients, aggregates, time).await);
        drop(place);
        ceilings.push(ceiling(kind, clients, aggregates, time).await);
    }
    (median(ours), median(ceilings))
}

fn main() {
    let rounds = setting("GESTA_BENCH_ROUNDS", 5);
    let time = Duration::from_millis(setting("GESTA_BENCH_MILLIS", 400));
    let only = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "medians of {rounds} interleaved rounds of {} ms; ceiling: the same rows by one loop\n",
        time.as_millis()
    );
    println!("| store | clients | aggregates | commands/s | µs each | ceiling/s | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for kind in [Kind::Memory, Kind::Full, Kind::Normal, Kind::Postgres] {
        if only
            .as_ref()
            .is_some_and(|only| !kind.name().contains(only.as_str()))
        {
            continue;
        }
        for (clients, aggregates) in LOADS {
            let (ours, ceiling) =
                runtime.block_on(measure(kind, clients, aggregates, rounds, time));
            println!(
                "| {} | {clients} | {aggregates} | {ours:.0} | {:.1} | {ceiling:.0} | {:.2} |",
                kind.name(),
                1e6 / ours * f64::from(u32::try_from(clients).unwrap()),
                ours / ceiling
            );
        }
    }
}
