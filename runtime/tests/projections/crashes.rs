//! A store that breaks between any two steps, and read models that are exact all the same.

use std::sync::Arc;
use std::time::Duration;

use gesta::App;
use gesta::store::{MemoryStore, PostgresStore, SqliteStore, Store};
use gesta_test_postgres::database;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::account::{Account, Statement};
use crate::breaking::{Break, Breaking};
use crate::ledger::{Fact, Writer, check, facts, is_done, until};
use crate::transfer::{Transfer, Turnover};

const LEASE: Duration = Duration::from_millis(60);
/// Scenarios that run side by side: most of the time they wait.
const SIDE_BY_SIDE: usize = 32;

pub fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

async fn start(store: impl gesta::store::IntoStore) -> Result<App, gesta::StartError> {
    let app = App::builder().store(store).lease(LEASE);
    let app = app.aggregate::<Account>().aggregate::<Transfer>();
    app.projection::<Statement>()
        .projection::<Turnover>()
        .start()
        .await
}

/// Both equal the fold of the log up to the positions that they say.
async fn are_exact(store: &dyn Store, log: &[Fact]) {
    for projection in ["Statement", "Turnover"] {
        check(store, projection, 1, log).await;
    }
}

/// Runs an app on a store that breaks, until all is folded or it is beyond help; at every moment what is read is exact.
async fn run(store: Arc<dyn Store>, breaking: &Breaking, ends_at_once: bool) {
    let beneath = &*store;
    let is_over = || ends_at_once && breaking.struck();
    let mut writer = Writer::default();
    writer.append(beneath, 150).await;
    let starting = start(breaking.clone());
    let started = tokio::select! {
        started = starting => started,
        () = until("it breaks", async || is_over()) => return,
    };
    // What a start that failed leaves is the next one's to finish.
    let Ok(bank) = started else { return };
    for stage in 0..3 {
        writer.append(beneath, 60).await;
        let log = facts(beneath).await;
        if stage == 1 {
            let rebuilding = tokio::spawn({
                let bank = bank.clone();
                async move { bank.projection::<Statement>().rebuild().await }
            });
            until("it is asked", async || {
                is_over() || rebuilding.is_finished()
            })
            .await;
        }
        until("all is folded", async || {
            are_exact(beneath, &log).await;
            is_over() || is_done(beneath, 2).await
        })
        .await;
    }
    if !ends_at_once {
        bank.shutdown().await.unwrap();
    }
}

/// Where the log of a scenario is, whoever opens it.
#[derive(Clone)]
enum Place {
    Memory(MemoryStore),
    Sqlite(Arc<TempDir>),
    Postgres(String),
}

impl Place {
    async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            Self::Sqlite(folder) => Arc::new(
                SqliteStore::open(folder.path().join("log.db"))
                    .await
                    .unwrap(),
            ),
            Self::Postgres(url) => Arc::new(PostgresStore::connect(url).await.unwrap()),
        }
    }
}

/// Whether it broke.
fn scenario(place: &Place, call: usize, how: Break) -> bool {
    // An app that hangs can only be killed; the others go on.
    let ends_at_once = matches!(how, Break::Hangs | Break::HangsAfter);
    let killed = runtime();
    let struck = killed.block_on(async {
        let store = place.open().await;
        let breaking = Breaking::at(Arc::clone(&store), call, how);
        run(store, &breaking, ends_at_once).await;
        breaking.struck()
    });
    killed.shutdown_background();

    let after = runtime();
    after.block_on(async {
        let store = place.open().await;
        let bank = start(Breaking::never(Arc::clone(&store))).await.unwrap();
        until("the next one ends it", async || is_done(&*store, 2).await).await;
        are_exact(&*store, &facts(&*store).await).await;
        bank.shutdown().await.unwrap();
    });
    struck
}

/// Breaks at each call of the scenario, up to its end.
fn at_every_call(how: Break) {
    let struck =
        |call| std::thread::spawn(move || scenario(&Place::Memory(MemoryStore::new()), call, how));
    for first in (0..).step_by(SIDE_BY_SIDE) {
        assert!(first < 2_000, "it never ends");
        let threads: Vec<_> = (first..first + SIDE_BY_SIDE).map(struck).collect();
        let struck = threads.into_iter().enumerate().map(|(n, thread)| {
            thread
                .join()
                .unwrap_or_else(|_| panic!("{how:?} at call {}", first + n))
        });
        if !struck.fold(false, |any, struck| any | struck) {
            println!("{how:?}: {first} calls");
            return;
        }
    }
}

/// Breaks in each way at some calls, from the first to the last.
fn at_some_calls(scenarios: usize, place: impl Fn() -> Place) {
    const WAYS: [Break; 5] = [
        Break::Fails,
        Break::HangsAfter,
        Break::AnswerLost,
        Break::Hangs,
        Break::Panics,
    ];
    let all: Vec<_> = (0..scenarios)
        .map(|number| (number * 90 / scenarios, WAYS[number % WAYS.len()]))
        .collect();
    for some in all.chunks(SIDE_BY_SIDE / 4) {
        let begin = |(call, how)| {
            let place = place();
            (
                call,
                how,
                std::thread::spawn(move || scenario(&place, call, how)),
            )
        };
        let threads: Vec<_> = some.iter().copied().map(begin).collect();
        for (call, how, thread) in threads {
            thread
                .join()
                .unwrap_or_else(|_| panic!("{how:?} at call {call}"));
        }
    }
}

#[test]
fn sqlite_is_exact_wherever_it_breaks() {
    at_some_calls(60, || Place::Sqlite(Arc::new(tempfile::tempdir().unwrap())));
}

#[test]
fn postgres_is_exact_wherever_it_breaks() {
    let databases = runtime();
    let made = std::sync::Mutex::new(Vec::new());
    if databases.block_on(database()).is_none() {
        return;
    }
    at_some_calls(20, || {
        let database = databases.block_on(database()).unwrap();
        let url = database.url().to_owned();
        made.lock().unwrap().push(database);
        Place::Postgres(url)
    });
}

#[test]
fn a_store_that_fails_between_any_two_steps_costs_nothing() {
    at_every_call(Break::Fails);
}

#[test]
fn an_answer_that_is_lost_between_any_two_steps_doubles_nothing() {
    at_every_call(Break::AnswerLost);
}

#[test]
fn a_store_that_panics_between_any_two_steps_stops_nothing() {
    at_every_call(Break::Panics);
}

#[test]
fn a_process_that_is_killed_before_any_step_loses_nothing() {
    at_every_call(Break::Hangs);
}

#[test]
fn a_process_that_is_killed_after_any_step_doubles_nothing() {
    at_every_call(Break::HangsAfter);
}
