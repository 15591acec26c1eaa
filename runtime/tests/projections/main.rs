//! Read models, from the command to the answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod account;
mod breaking;
mod crashes;
mod failures;
mod inline;
mod keyed;
mod ledger;
mod lossy;
mod owners;
mod parked;
mod picky;
mod rebuilds;
mod stopped;
mod stores;
mod tables;
mod transfer;
mod versioned;
mod waiting;

use std::future::IntoFuture;
use std::time::Duration;

use account::{Account, Balance, Close, Deposit, Deposits, Open, Statement, UNLUCKY};
use gesta::store::Store;
use gesta::{App, AppBuilder, ProjectionState, SendError};
use ledger::until;
use picky::status;
use std::sync::Arc;
use stores::on_each_store;

fn bank(store: &Arc<dyn Store>) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .aggregate::<Account>()
}

async fn statements(store: &Arc<dyn Store>) -> App {
    let bank = bank(store).projection::<Statement>();
    bank.start().await.unwrap()
}

async fn open(bank: &App) {
    let open = Open {
        owner: "Alice".into(),
    };
    bank.send("alice", open).await.unwrap();
}

fn deposit(cents: u64) -> Deposit {
    Deposit { cents }
}

#[tokio::test]
async fn a_statement_shows_what_was_deposited() {
    on_each_store(async |store| {
        let bank = statements(&store).await;
        open(&bank).await;
        let done = bank.send("alice", deposit(500)).wait_for::<Statement>();
        assert!(done.await.unwrap().visible);
        let alice = bank.view::<Statement>("alice").await.unwrap().unwrap();
        assert_eq!(
            alice,
            Statement {
                owner: "Alice".into(),
                balance: 500,
                positions: vec![2],
            }
        );
        let owned_by = async |owner| {
            bank.views()
                .by(Statement::OWNER, owner)
                .count()
                .await
                .unwrap()
        };
        assert_eq!((owned_by("Alice").await, owned_by("Bob").await), (1, 0));
        bank.send("alice", Close {})
            .wait_for::<Statement>()
            .await
            .unwrap();
        assert!(bank.view::<Statement>("alice").await.unwrap().is_none());
        assert_eq!(owned_by("Alice").await, 0);
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_projection_stops_at_an_event_that_it_does_not_take() {
    on_each_store(async |store| {
        let bank = statements(&store).await;
        open(&bank).await;
        bank.send("alice", deposit(UNLUCKY)).await.unwrap();
        let last = bank.send("alice", deposit(1)).wait_for::<Statement>();
        let last = last.timeout(Duration::from_millis(1)).await.unwrap();
        assert!(!last.visible);
        until("it stops", async || {
            status(&bank, "Statement").await.state == ProjectionState::Stopped
        })
        .await;
        let stopped = status(&bank, "Statement").await;
        let fault = stopped.fault.unwrap();
        assert_eq!((stopped.position, stopped.behind), (1, 2));
        assert_eq!((fault.position, fault.error.as_str()), (2, "thirteen"));
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_takes_over() {
    on_each_store(async |store| {
        let bank = statements(&store).await;
        open(&bank).await;
        for _ in 0..300 {
            bank.send("alice", deposit(1)).await.unwrap();
        }
        let done = bank.send("alice", deposit(1)).wait_for::<Statement>();
        assert!(done.await.unwrap().visible);
        let generation = bank.projection::<Statement>().rebuild().await.unwrap();
        loop {
            assert!(bank.view::<Statement>("alice").await.unwrap().is_some());
            let statuses = bank.projections().await.unwrap();
            if statuses.len() == 1 && statuses[0].generation == generation {
                assert_eq!(statuses[0].state, ProjectionState::Ready);
                break;
            }
        }
        let alice = bank.view::<Statement>("alice").await.unwrap().unwrap();
        assert_eq!(alice.balance, 301);
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_inline_projection_is_there_with_the_answer() {
    on_each_store(async |store| {
        let bank = bank(&store).projection::<Balance>().start().await.unwrap();
        open(&bank).await;
        let balance = async || bank.view::<Balance>("alice").await.unwrap().unwrap().cents;
        for number in 1..=50 {
            bank.send("alice", deposit(5)).await.unwrap();
            assert_eq!(balance().await, 5 * number);
        }
        let refused = bank.send("alice", deposit(UNLUCKY)).await.unwrap_err();
        assert!(matches!(refused, SendError::Inline { .. }), "{refused:?}");
        assert_eq!(bank.send("alice", deposit(1)).await.unwrap().version, 52);
        assert_eq!(balance().await, 251);
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_live_projection_is_folded_when_somebody_asks() {
    on_each_store(async |store| {
        let bank = bank(&store).start().await.unwrap();
        assert!(bank.view::<Deposits>("alice").await.unwrap().is_none());
        open(&bank).await;
        for count in 1..=3 {
            bank.send("alice", deposit(5)).await.unwrap();
            let alice = bank.view::<Deposits>("alice").await.unwrap().unwrap();
            assert_eq!(alice.count, count);
        }
        bank.send("alice", Close {}).await.unwrap();
        assert!(bank.view::<Deposits>("alice").await.unwrap().is_none());
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_long_log_is_folded_on_several_cores_as_on_one() {
    on_each_store(async |store| {
        let writing = bank(&store).start().await.unwrap();
        let accounts: Vec<_> = (0..200).map(|number| format!("account-{number}")).collect();
        for id in &accounts {
            let owner = id.clone();
            writing.send(id, Open { owner }).await.unwrap();
        }
        let sent = (0..20).flat_map(|_| &accounts);
        let sent: Vec<_> = sent
            .map(|id| tokio::spawn(writing.send(id, deposit(1)).into_future()))
            .collect();
        for each in sent {
            each.await.unwrap().unwrap();
        }
        let head = writing.position().await.unwrap();
        writing.shutdown().await.unwrap();
        let bank = statements(&store).await;
        assert!(bank.wait(head, Duration::from_secs(60)).await);
        for id in &accounts {
            let statement = bank.view::<Statement>(id).await.unwrap().unwrap();
            assert_eq!((&statement.owner, statement.balance), (id, 20));
            assert!(statement.positions.is_sorted());
        }
        bank.shutdown().await.unwrap();
    })
    .await;
}
