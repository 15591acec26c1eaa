//! Projections of tables, on each store that has tables.
#![allow(
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod balances;
mod place;

use std::time::{Duration, Instant};

use balances::*;
use gesta::{App, ProjectionState, StartError, Tables, ViewError};
use place::{Place, stopped, until};

use crate::account::{Account, Deposit, Open};

macro_rules! on_each_store {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                if let Some(place) = super::Place::postgres().await {
                    super::$test(place).await;
                }
            })*
        }
    };
}

mod attributes;
mod fence;

on_each_store! {
    a_table_is_the_fold_though_handlers_fail
    a_table_is_there_without_an_event
    tables_are_set_up_once_for_two_processes
    readers_of_a_rebuild_see_whole_tables
    an_older_version_answers_until_it_is_torn_down
    an_event_that_is_not_taken_is_not_skipped
    a_panic_stops_at_its_event
    the_wrong_database_stops_at_its_event
    tables_that_are_not_set_up_stop_the_projection
    an_error_that_was_swallowed_is_found
    a_handler_cannot_commit
    a_handler_cannot_roll_back
    a_transaction_within_is_a_savepoint
    no_table_is_named_before_one_is_built
}

async fn open(bank: &App, account: &str) -> u64 {
    let owner = account.to_owned();
    bank.send(account, Open { owner }).await.unwrap().position
}

async fn deposit(bank: &App, account: &str, cents: u64) -> u64 {
    bank.send(account, Deposit { cents })
        .await
        .unwrap()
        .position
}

/// Cents, events and last position of all accounts, in the order of their names.
async fn rows<P: Tables>(place: &Place, bank: &App) -> Vec<Vec<i64>> {
    let table = bank.table::<P>("balances").await.unwrap();
    let sql = format!("SELECT cents, events, last FROM {table} ORDER BY account");
    place.numbers(sql).await.unwrap()
}

async fn settled(bank: &App) {
    let head = until(bank, |_| true)
        .await
        .iter()
        .map(|each| each.position + each.behind)
        .max();
    assert!(bank.wait(head.unwrap(), Duration::from_secs(60)).await);
}

async fn a_table_is_the_fold_though_handlers_fail(place: Place) {
    let bank = place.start::<Balances<RANDOM>>().await;
    let mut wanted = Vec::new();
    for account in ["a", "b", "c"] {
        let mut row = vec![0, 1, i64::try_from(open(&bank, account).await).unwrap()];
        for cents in 1..=60 {
            row[0] += cents;
            row[1] += 1;
            let cents = cents.try_into().unwrap();
            row[2] = i64::try_from(deposit(&bank, account, cents).await).unwrap();
        }
        wanted.push(row);
    }
    settled(&bank).await;
    assert_eq!(rows::<Balances<RANDOM>>(&place, &bank).await, wanted);
    // And the same again from a log that is there already.
    let generation = bank
        .projection::<Balances<RANDOM>>()
        .rebuild()
        .await
        .unwrap();
    until(&bank, |all| {
        all.iter()
            .any(|each| each.generation == generation && each.state == ProjectionState::Ready)
    })
    .await;
    assert_eq!(rows::<Balances<RANDOM>>(&place, &bank).await, wanted);
    bank.shutdown().await.unwrap();
}

async fn a_table_is_there_without_an_event(place: Place) {
    let bank = place.start::<Balances>().await;
    until(&bank, |all| all[0].state == ProjectionState::Ready).await;
    assert_eq!(
        rows::<Balances>(&place, &bank).await,
        Vec::<Vec<i64>>::new()
    );
    bank.shutdown().await.unwrap();
}

async fn tables_are_set_up_once_for_two_processes(place: Place) {
    let one = place.start::<Balances>().await;
    let other = place.start::<Balances>().await;
    for account in ["a", "b"] {
        open(&one, account).await;
    }
    for cents in 1..=50 {
        deposit(&one, "a", cents).await;
        deposit(&other, "b", cents).await;
    }
    settled(&other).await;
    let found = rows::<Balances>(&place, &other).await;
    assert_eq!(
        found.iter().map(|row| row[0]).collect::<Vec<_>>(),
        [1_275, 1_275]
    );
    // The second goes on where the first leaves.
    one.shutdown().await.unwrap();
    deposit(&other, "a", 1_000).await;
    settled(&other).await;
    assert_eq!(rows::<Balances>(&place, &other).await[0][..2], [2_275, 52]);
    let statuses = other.projections().await.unwrap();
    assert_eq!((statuses.len(), &statuses[0].fault), (1, &None));
    other.shutdown().await.unwrap();
}

async fn readers_of_a_rebuild_see_whole_tables(place: Place) {
    let bank = place.start::<Balances>().await;
    open(&bank, "a").await;
    for _ in 0..300 {
        deposit(&bank, "a", 1).await;
    }
    settled(&bank).await;
    let first = bank.table::<Balances>("balances").await.unwrap();
    let generation = bank.projection::<Balances>().rebuild().await.unwrap();
    let (mut seen, mut tables) = (301, Vec::new());
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        deposit(&bank, "a", 1).await;
        let asked = Instant::now();
        let table = bank.table::<Balances>("balances").await.unwrap();
        let sql = format!("SELECT coalesce(sum(events), 0)::bigint FROM {table}");
        let sql = if place.is_sqlite() {
            sql.replace("::bigint", "")
        } else {
            sql
        };
        match place.numbers(sql).await {
            Ok(found) => {
                assert!(found[0][0] >= seen, "{} events after {seen}", found[0][0]);
                seen = found[0][0];
            }
            Err(error) => assert!(asked.elapsed() > Duration::from_millis(400), "{error}"),
        }
        if !tables.contains(&table) {
            tables.push(table);
        }
        if bank.projections().await.unwrap().len() == 1 {
            break;
        }
        let statuses = bank.projections().await.unwrap();
        assert!(
            Instant::now() < end,
            "the old generation stays: {statuses:?}"
        );
    }
    let statuses = bank.projections().await.unwrap();
    assert_eq!(statuses[0].generation, generation);
    assert_eq!(tables, [first.clone(), format!("balances_{generation}")]);
    assert!(!place.has_table(&first).await && place.has_table(&tables[1]).await);
    bank.shutdown().await.unwrap();
}

async fn an_older_version_answers_until_it_is_torn_down(place: Place) {
    let bank = place.start::<Balances>().await;
    open(&bank, "a").await;
    deposit(&bank, "a", 13).await;
    settled(&bank).await;
    bank.shutdown().await.unwrap();
    // The next version stops at once: the one before answers.
    let bank = place.start::<Balances<ERRS, 2>>().await;
    until(&bank, |all| {
        all.iter()
            .any(|each| each.state == ProjectionState::Stopped)
    })
    .await;
    assert_eq!(
        bank.table::<Balances<ERRS, 2>>("balances").await.unwrap(),
        "balances_1"
    );
    bank.shutdown().await.unwrap();
    let bank = place.start::<Balances<NOTHING, 2>>().await;
    until(&bank, |all| all.len() == 1).await;
    assert_eq!(
        bank.table::<Balances<NOTHING, 2>>("balances")
            .await
            .unwrap(),
        "balances_2"
    );
    assert!(!place.has_table("balances_1").await);
    assert_eq!(
        rows::<Balances<NOTHING, 2>>(&place, &bank).await,
        [[13, 2, 2]]
    );
    bank.shutdown().await.unwrap();
}

/// Deposits 5, 13 and 7 in an account at positions 2 to 4, and says what stopped the projection at 13.
async fn stop_at_13<P: Tables>(place: &Place) -> String {
    let bank = place.start::<P>().await;
    until(&bank, |all| all[0].state == ProjectionState::Ready).await;
    open(&bank, "a").await;
    for cents in [5, 13, 7] {
        deposit(&bank, "a", cents).await;
    }
    let status = stopped(&bank).await;
    let fault = status.fault.unwrap();
    assert_eq!((status.position, fault.position), (2, 3));
    bank.shutdown().await.unwrap();
    fault.error
}

async fn an_event_that_is_not_taken_is_not_skipped(place: Place) {
    assert_eq!(stop_at_13::<Balances<ERRS>>(&place).await, "thirteen");
    let table = "SELECT cents, events, last FROM balances_1".to_owned();
    assert_eq!(place.numbers(table).await.unwrap(), [[5, 2, 2]]);
    // With code that takes it.
    let bank = place.start::<Balances>().await;
    settled(&bank).await;
    assert_eq!(rows::<Balances>(&place, &bank).await, [[25, 4, 4]]);
    bank.shutdown().await.unwrap();
}

async fn a_panic_stops_at_its_event(place: Place) {
    let error = stop_at_13::<Balances<PANICS>>(&place).await;
    assert_eq!(error, "the code panicked: thirteen");
}

async fn the_wrong_database_stops_at_its_event(place: Place) {
    let other = if place.is_sqlite() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let error = stop_at_13::<Balances<WRONG_DATABASE>>(&place).await;
    assert_eq!(error, format!("the store of the app is not in {other}"));
}

async fn tables_that_are_not_set_up_stop_the_projection(place: Place) {
    let bank = place.start::<Balances<NOT_SET_UP>>().await;
    let fault = stopped(&bank).await.fault.unwrap();
    assert_eq!(
        (fault.position, fault.error.as_str()),
        (0, "its tables are not set up: no table")
    );
    assert!(!place.has_table("balances_1").await);
    bank.shutdown().await.unwrap();
    let bank = place.start::<Balances>().await;
    open(&bank, "a").await;
    settled(&bank).await;
    assert_eq!(rows::<Balances>(&place, &bank).await, [[0, 1, 1]]);
    bank.shutdown().await.unwrap();
}

/// PostgreSQL takes nothing more in such a transaction; SQLite goes on.
async fn an_error_that_was_swallowed_is_found(place: Place) {
    if place.is_sqlite() {
        return;
    }
    let error = stop_at_13::<Balances<SWALLOWS>>(&place).await;
    assert!(error.contains("current transaction is aborted"), "{error}");
}

async fn a_handler_cannot_commit(place: Place) {
    let error = stop_at_13::<Balances<COMMITS>>(&place).await;
    if place.is_sqlite() {
        let table = "SELECT cents, events, last FROM balances_1".to_owned();
        assert_eq!(place.numbers(table).await.unwrap(), [[5, 2, 2]]);
    } else {
        assert!(error.contains("read-only transaction"), "{error}");
    }
}

async fn a_handler_cannot_roll_back(place: Place) {
    stop_at_13::<Balances<ROLLS_BACK>>(&place).await;
    let table = "SELECT cents, events, last FROM balances_1".to_owned();
    assert_eq!(place.numbers(table).await.unwrap(), [[5, 2, 2]]);
}

async fn a_transaction_within_is_a_savepoint(place: Place) {
    let bank = place.start::<Balances<NESTS>>().await;
    open(&bank, "a").await;
    for cents in [5, 13, 13, 7] {
        deposit(&bank, "a", cents).await;
    }
    settled(&bank).await;
    assert_eq!(rows::<Balances<NESTS>>(&place, &bank).await, [[38, 5, 5]]);
    bank.shutdown().await.unwrap();
}

async fn no_table_is_named_before_one_is_built(place: Place) {
    let bank = place.builder().start().await.unwrap();
    let error = bank.table::<Balances>("balances").await.unwrap_err();
    assert!(matches!(error, ViewError::Building { .. }), "{error}");
    bank.shutdown().await.unwrap();
    let bank = place.start::<Balances>().await;
    until(&bank, |all| all[0].state == ProjectionState::Ready).await;
    let error = bank.table::<Balances>("a; DROP TABLE b").await.unwrap_err();
    assert!(matches!(error, ViewError::InvalidTable(_)), "{error}");
    bank.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_store_without_tables_is_refused() {
    let bank = App::builder().store("memory:").aggregate::<Account>();
    let started = bank.projection::<Balances>().start().await;
    let error = started.err().unwrap();
    assert!(matches!(error, StartError::NoTables { .. }), "{error}");
}

#[tokio::test]
async fn tables_cannot_park() {
    let bank = Place::sqlite().builder().projection::<Balances<PARKS>>();
    let error = bank.start().await.err().unwrap();
    assert!(matches!(error, StartError::CannotPark { .. }), "{error}");
}
