//! A store that fails: everybody hears the truth, and nobody hears of somebody else's error.

use gesta::SendError;
use gesta::store::{Outcome, Store};

use crate::account::*;
use crate::faulty::{Fault, Faulty};

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.next([Fault::AnswerLost]);
    let done = bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(
        (done.version, done.position, done.events, done.duplicate),
        (3, 3, 1, false)
    );
    bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 40);
}

#[tokio::test]
async fn a_store_that_is_away_took_nothing_and_serves_again_later() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    store.next([Fault::Away]);
    let error = bank
        .send("alice", Withdraw { cents: 30 })
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::Store(gesta::StoreError::Unavailable(_))),
        "{error:?}"
    );
    bank.send("alice", Withdraw { cents: 30 }).await.unwrap();
    assert_eq!(balance(&bank, "alice").await, 70);
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_says_how_to_ask_again() {
    let store = Faulty::new();
    let bank = bank_with(store.clone(), 100).await;
    for fault in [Fault::AnswerLost, Fault::Away] {
        store.next([fault]);
        store.lookups_fail(true);
        let error = bank
            .send("alice", Withdraw { cents: 30 })
            .await
            .unwrap_err();
        let SendError::OutcomeUnknown { command_id } = error else {
            panic!("{error:?}")
        };
        store.lookups_fail(false);
        let done = bank
            .send("alice", Withdraw { cents: 30 })
            .command_id(command_id)
            .await
            .unwrap();
        assert_eq!(done.duplicate, fault == Fault::AnswerLost);
    }
    assert_eq!(balance(&bank, "alice").await, 40);
}

#[tokio::test]
async fn a_commit_that_the_store_cannot_take_fails_alone() {
    let store = Faulty::gated();
    let bank = bank_on(store.clone()).await;
    store.refuse("poison");
    let owners = ["first", "poison", "third", "fourth"];
    let sent = owners.map(|owner| {
        tokio::spawn(
            bank.send(
                owner,
                Open {
                    owner: owner.into(),
                },
            )
            .into_future(),
        )
    });
    store.let_through(100);
    for (owner, sent) in owners.iter().zip(sent) {
        let answer = sent.await.unwrap();
        assert_eq!(answer.is_err(), *owner == "poison", "{owner}: {answer:?}");
    }
}

#[tokio::test]
async fn conflicts_without_end_are_an_error() {
    let bank = bank_on(AlwaysOvertaken).await;
    let error = bank.send("alice", open()).await.unwrap_err();
    assert!(
        matches!(error, SendError::Conflict { attempts: 16 }),
        "{error:?}"
    );
}

/// A store in which somebody else is always faster.
struct AlwaysOvertaken;

impl Store for AlwaysOvertaken {
    fn append<'a>(
        &'a self,
        batch: &'a [gesta::store::Commit],
    ) -> gesta::store::StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async { Ok(vec![Outcome::Refused; batch.len()]) })
    }

    fn lookup<'a>(
        &'a self,
        _: &'a [gesta::store::CommandKey],
    ) -> gesta::store::StoreFuture<'a, Vec<gesta::store::Lookup>> {
        unreachable!()
    }

    fn read_stream<'a>(
        &'a self,
        _: &'a gesta::store::StreamName,
        _: u64,
        _: gesta::store::PageLimit,
    ) -> gesta::store::StoreFuture<'a, gesta::store::Page> {
        Box::pin(async {
            Ok(gesta::store::Page {
                events: Vec::new(),
                more: false,
            })
        })
    }

    fn read_log(
        &self,
        _: u64,
        _: gesta::store::PageLimit,
    ) -> gesta::store::StoreFuture<'_, gesta::store::Page> {
        unreachable!()
    }

    fn read_snapshot<'a>(
        &'a self,
        _: &'a gesta::store::StreamName,
    ) -> gesta::store::StoreFuture<'a, Option<gesta::store::Snapshot>> {
        Box::pin(async { Ok(None) })
    }

    fn close(&self) -> gesta::store::StoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}
