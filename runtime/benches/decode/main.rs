//! What it takes to read a stored event as today's, beside serde_json and a conversion written by hand.
//!
//! `cargo bench -p gesta --bench decode` prints Criterion's times, and then a table of ratios. For these the two sides
//! run in turn, a few milliseconds each: what disturbs the machine disturbs both, and the median leaves out the rest.
//! `GESTA_BENCH_ROUNDS` (400) sets how many turns each has.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program, not a library"
)]

mod by_hand;
mod orders;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group};
use gesta::{Encoded, Events, Lifted};

use orders::{OrderEvent, OrderPlaced};

/// One shape, and how it is read without Gesta.
struct Case {
    name: &'static str,
    version: u32,
    json: &'static str,
    by_hand: fn(&str) -> Result<OrderPlaced, serde_json::Error>,
    /// What Gesta may take, of what it takes by hand.
    goal: f64,
}

const CASES: [Case; 3] = [
    Case {
        name: "current version",
        version: 3,
        json: r#"{"customer_id":"c-20931","currency":"CHF","total_cents":129900,"express":true,"voucher":"WELCOME-10","items":["lamp","table, oak"]}"#,
        by_hand: by_hand::today,
        goal: 1.05,
    },
    Case {
        name: "one step",
        version: 2,
        json: r#"{"customer_id":"c-20931","currency":"CHF","total_cents":1299,"express":true,"items":["lamp","table, oak"]}"#,
        by_hand: by_hand::one_step,
        goal: 1.10,
    },
    Case {
        name: "two steps",
        version: 1,
        json: r#"{"customer":"c-20931","total_cents":1299,"express":true,"items":["lamp","table, oak"]}"#,
        by_hand: by_hand::two_steps,
        goal: 1.10,
    },
];

impl Case {
    fn by_hand(&self) -> OrderPlaced {
        (self.by_hand)(black_box(self.json)).unwrap()
    }

    fn gesta(&self) -> Lifted<OrderEvent> {
        let stored = Encoded {
            name: black_box("OrderPlaced"),
            version: black_box(self.version),
            json: black_box(self.json),
        };
        OrderEvent::decode(stored).unwrap()
    }
}

fn criterion(criterion: &mut Criterion) {
    for case in &CASES {
        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("by hand", |bencher| bencher.iter(|| case.by_hand()));
        group.bench_function("gesta", |bencher| bencher.iter(|| case.gesta()));
        group.finish();
    }
}

criterion_group!(benches, criterion);

/// How long it takes to make and drop so many.
fn time<T>(times: u32, mut make: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        black_box(make());
    }
    start.elapsed()
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_unstable_by(f64::total_cmp);
    of[of.len() / 2]
}

fn compare(case: &Case, rounds: u32) {
    const TIMES: u32 = 2_000;
    let (mut ratios, mut by_hand, mut gesta) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let hand = || time(TIMES, || case.by_hand());
        let ours = || time(TIMES, || case.gesta());
        // Neither is always the first.
        let (hand, ours) = match round % 2 {
            0 => (hand(), ours()),
            _ => {
                let ours = ours();
                (hand(), ours)
            }
        };
        ratios.push(ours.as_secs_f64() / hand.as_secs_f64());
        by_hand.push(hand.as_secs_f64() * 1e9 / f64::from(TIMES));
        gesta.push(ours.as_secs_f64() * 1e9 / f64::from(TIMES));
    }
    let fastest = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
    let best = fastest(&gesta) / fastest(&by_hand);
    println!(
        "{:<16}{:>12.0}{:>12.0}{:>12.3}{:>12.3}{:>9.2}",
        case.name,
        median(by_hand),
        median(gesta),
        median(ratios),
        best,
        case.goal
    );
}

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let rounds = std::env::var("GESTA_BENCH_ROUNDS").ok();
    let rounds = rounds.and_then(|text| text.parse().ok()).unwrap_or(400);
    println!(
        "\nns per event    {:>12}{:>12}{:>12}{:>12}{:>9}",
        "by hand", "gesta", "ratio", "of fastest", "goal"
    );
    for case in &CASES {
        compare(case, rounds);
    }
}
