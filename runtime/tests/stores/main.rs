//! The stores, held to their contract.
#![expect(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

mod hints;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::Arc;

use gesta::store::{MemoryStore, Store};
use gesta::testing::store::{Harness, Step, agrees_with_the_model, run_all, views};
use proptest::prelude::*;

struct Memory;

impl Harness for Memory {
    type Log = MemoryStore;

    async fn create(&self, position: u64) -> MemoryStore {
        MemoryStore::starting_after(position)
    }

    async fn open(&self, log: &MemoryStore) -> Arc<dyn Store> {
        Arc::new(log.clone())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_contract() {
    run_all(&Memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_contract_of_read_models() {
    views::run_all(&Memory).await;
}

fn step() -> impl Strategy<Value = Step> {
    let off = prop_oneof![6 => Just(0), 1 => -2..=2_i8];
    let id_of = prop_oneof![6 => Just(0), 1 => 1..=20_u8];
    (0..4_u8, off, 0..4_u8, id_of, proptest::bool::weighted(0.2)).prop_map(
        |(stream, off, events, id_of, snapshot)| Step {
            stream,
            off,
            events,
            id_of,
            snapshot,
        },
    )
}

fn plan() -> impl Strategy<Value = Vec<Vec<Step>>> {
    prop::collection::vec(prop::collection::vec(step(), 1..24), 1..8)
}

fn call() -> impl Strategy<Value = views::Step> {
    let off = prop_oneof![4 => Just(0), 1 => 0..4_u8];
    (0..20_u8, 0..8_u8, 0..24_u8, any::<u8>(), off).prop_map(|(call, of, key, value, off)| {
        views::Step {
            call,
            of,
            key,
            value,
            off,
        }
    })
}

fn calls() -> impl Strategy<Value = Vec<views::Step>> {
    prop::collection::vec(call(), 1..80)
}

fn run(check: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().build().unwrap().block_on(check);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn memory_agrees_with_one_by_one(plan in plan()) {
        run(agrees_with_the_model(&Memory, &plan));
    }

    #[test]
    fn handles_in_memory_share_read_models(plan in calls()) {
        run(views::agrees_with_memory(&Memory, &plan));
    }
}
