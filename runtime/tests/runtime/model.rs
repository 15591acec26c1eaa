//! Random commands from many tasks, against a fold of the log.

use std::collections::HashMap;
use std::sync::Arc;

use gesta::store::{MemoryStore, PageLimit, Store};
use gesta::{App, SendError};
use proptest::prelude::*;
use uuid::Uuid;

use crate::account::*;
use crate::faulty::{Fault, Faulty};

#[derive(Debug, Clone)]
enum Step {
    Open,
    Deposit(u64),
    Withdraw(u64),
    Exchange(u64, u64),
    Close,
    /// Sends the last command of this task again, under its id.
    Retry,
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        1 => Just(Step::Open),
        4 => (0_u64..100).prop_map(Step::Deposit),
        4 => (0_u64..100).prop_map(Step::Withdraw),
        2 => (0_u64..50, 0_u64..50).prop_map(|(out, back)| Step::Exchange(out, back)),
        1 => Just(Step::Close),
        3 => Just(Step::Retry),
    ];
    (0_usize..4, step)
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = prop_oneof![
        12 => Just(Fault::None),
        1 => Just(Fault::Fails),
        1 => Just(Fault::Away),
        1 => Just(Fault::AnswerLost),
    ];
    prop::collection::vec(fault, 0..200)
}

/// What a task was told: by which amounts each account changed.
type Ledger = HashMap<String, i64>;

/// Sends a step under an id, again and again while nobody can say what became of it.
async fn perform(app: &App, account: &str, step: &Step, id: Uuid) -> i64 {
    loop {
        let answer = match *step {
            Step::Open => app.send(account, open()).command_id(id).await.map(|_| 0),
            Step::Deposit(cents) => app
                .send(account, Deposit { cents })
                .command_id(id)
                .await
                .map(|_| cents.cast_signed()),
            Step::Withdraw(cents) => app
                .send(account, Withdraw { cents })
                .command_id(id)
                .await
                .map(|_| -cents.cast_signed()),
            Step::Exchange(out, back) => {
                let sent = app
                    .send(account, Exchange { out, back })
                    .command_id(id)
                    .await;
                sent.map(|_| back.cast_signed() - out.cast_signed())
            }
            Step::Close => app.send(account, Close).command_id(id).await.map(|_| 0),
            Step::Retry => return 0,
        };
        match answer {
            Ok(change) => return change,
            Err(
                SendError::Store(_) | SendError::OutcomeUnknown { .. } | SendError::Conflict { .. },
            ) => {}
            Err(
                SendError::Rejected(_)
                | SendError::NotFound { .. }
                | SendError::AlreadyExists { .. },
            ) => return 0,
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// One client: its steps in order. A command whose effect it was told of once is not counted again.
async fn client(app: App, steps: Vec<(usize, Step)>) -> Ledger {
    let mut ledger = Ledger::new();
    let mut last: Option<(String, Step, Uuid, bool)> = None;
    for (account, step) in steps {
        let (account, step, id, counted) = match (step, last.take()) {
            (Step::Retry, Some(last)) => last,
            (Step::Retry, None) => continue,
            (step, _) => (format!("account {account}"), step, Uuid::now_v7(), false),
        };
        let change = perform(&app, &account, &step, id).await;
        if !counted {
            *ledger.entry(account.clone()).or_default() += change;
        }
        last = Some((account, step, id, counted || change != 0));
    }
    ledger
}

/// Reads the whole log, and says what it comes to by account.
async fn fold(store: &dyn Store) -> Ledger {
    let mut ledger = Ledger::new();
    let (mut position, mut versions) = (0, HashMap::<String, u64>::new());
    loop {
        let page = store
            .read_log(
                position,
                PageLimit {
                    events: 7,
                    bytes: 1 << 20,
                },
            )
            .await
            .unwrap();
        for event in page.events {
            position += 1;
            assert_eq!(event.position, position, "positions have a hole");
            let version = versions.entry(event.stream.id().to_owned()).or_default();
            *version += 1;
            assert_eq!(
                event.version, *version,
                "versions of {} have a hole",
                event.stream
            );
            let cents = serde_json::from_str::<serde_json::Value>(&event.json).unwrap()["cents"]
                .as_i64()
                .unwrap_or(0);
            let sign = if event.name == "Withdrawn" { -1 } else { 1 };
            *ledger.entry(event.stream.id().to_owned()).or_default() += sign * cents;
        }
        if !page.more {
            return ledger;
        }
    }
}

async fn check(store: Arc<dyn Store>, apps: Vec<App>, steps: Vec<Vec<(usize, Step)>>) {
    let clients = steps.into_iter().zip(apps.iter().cycle());
    let clients: Vec<_> = clients
        .map(|(steps, app)| tokio::spawn(client(app.clone(), steps)))
        .collect();
    let mut told = Ledger::new();
    for client in clients {
        for (account, change) in client.await.unwrap() {
            *told.entry(account).or_default() += change;
        }
    }
    let folded = fold(&*store).await;
    for (account, sum) in &told {
        assert_eq!(
            folded.get(account).copied().unwrap_or(0),
            *sum,
            "{account}: told, and in the log"
        );
    }
    for (account, sum) in folded {
        for app in &apps {
            assert_eq!(
                balance(app, &account).await.cast_signed(),
                sum,
                "{account}: folded by the app, and by hand"
            );
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_log_is_what_the_callers_were_told(
        steps in prop::collection::vec(prop::collection::vec(step(), 0..40), 1..8),
        faults in faults(),
    ) {
        runtime().block_on(async {
            let store = Faulty::new();
            store.next(faults);
            let app = bank_on(store.clone()).await;
            check(Arc::new(store), vec![app], steps).await;
        });
    }

    #[test]
    fn two_processes_on_one_store_agree(
        steps in prop::collection::vec(prop::collection::vec(step(), 0..40), 2..8),
    ) {
        runtime().block_on(async {
            let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
            let apps = vec![bank_on(Arc::clone(&store)).await, bank_on(Arc::clone(&store)).await];
            check(store, apps, steps).await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn two_apps_on_one_file_agree(
        steps in prop::collection::vec(prop::collection::vec(step(), 0..20), 2..6),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", directory.path().join("bank.db").display());
        runtime().block_on(async {
            let apps = vec![bank_on(address.as_str()).await, bank_on(address.as_str()).await];
            let store = gesta::store::SqliteStore::open(directory.path().join("bank.db")).await.unwrap();
            check(Arc::new(store), apps, steps).await;
        });
    }
}
